using System.Text;
using System.Text.RegularExpressions;
using Lab.Shared;

namespace Lab.Kernel.Install;

/// <summary>Tells Jupyter of this kit's kernel, and takes it away again.</summary>
public static partial class KernelInstaller
{
    /// <summary>The kernel's own name.</summary>
    public const string DefaultName = "lab-csharp";

    /// <summary>.NET Interactive's name for C#, which notebooks made for it ask for.</summary>
    public const string DotnetName = ".net-csharp";

    /// <summary>Installs the kernel, or brings an installed one of this kit's up to date.</summary>
    /// <param name="place">Where.</param>
    /// <param name="name">Under which name.</param>
    /// <param name="replace">Whether a kernel of that name that is not this kit's may go.</param>
    /// <returns>The kernel's folder.</returns>
    /// <exception cref="KernelException">The name is none, or is another kernel's; or the folder cannot be written.</exception>
    public static string Install(JupyterFolder place, string name, bool replace)
    {
        if (!Name().IsMatch(name))
            throw new KernelException($"'{name}' cannot be a kernel's name: wanted letters, digits, '-', '_' and '.'.");
        var folder = Path.Combine(place.Kernels, name);
        var others = JupyterFolder.All().Select(known => Path.Combine(known.Kernels, name)).Append(folder)
            .Where(known => File.Exists(Path.Combine(known, KernelSpec.FileName)) && !KernelSpec.IsOurs(known)).Distinct().ToList();
        if (others.Count > 0 && !replace)
        {
            throw new KernelException(
                $"{name} is another kernel's: {string.Join(", ", others)}. To use this kit's in its place, add --replace; or give this one another --name.");
        }
        var shown = name == DotnetName ? ".NET (C#)" : name == DefaultName ? "C# (lab kit)" : $"C# (lab kit, {name})";
        try
        {
            AtomicFile.Write(Path.Combine(folder, KernelSpec.FileName), Encoding.UTF8.GetBytes(KernelSpec.Text(shown)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"Cannot install the kernel: {problem.Message}");
        }
        return folder;
    }

    /// <summary>Removes this kit's kernels.</summary>
    /// <param name="place">Where from.</param>
    /// <param name="name">The one to remove; null for all of this kit's.</param>
    /// <returns>The folders that were removed.</returns>
    /// <exception cref="KernelException">The one named is not this kit's, or cannot be removed.</exception>
    public static IReadOnlyList<string> Uninstall(JupyterFolder place, string? name)
    {
        if (name is not null && !Name().IsMatch(name))
            throw new KernelException($"'{name}' cannot be a kernel's name: wanted letters, digits, '-', '_' and '.'.");
        if (!Directory.Exists(place.Kernels))
            return [];
        try
        {
            List<string> folders = [.. Directory.GetDirectories(place.Kernels).Where(folder => name is null || Path.GetFileName(folder) == name)];
            if (name is not null && folders.Find(folder => !KernelSpec.IsOurs(folder)) is { } other)
                throw new KernelException($"{other} is not this kit's: nothing was removed.");
            folders.RemoveAll(folder => !KernelSpec.IsOurs(folder));
            foreach (var folder in folders)
                Directory.Delete(folder, recursive: true);
            return folders;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"Cannot remove the kernel: {problem.Message}");
        }
    }

    /// <summary>The folders of this kit's kernels that Jupyter finds.</summary>
    public static IReadOnlyList<string> Installed() => [.. Found().Where(KernelSpec.IsOurs)];

    /// <summary>The folder of another kernel of <see cref="DotnetName"/> that Jupyter finds; null for none.</summary>
    public static string? OthersDotnet() => Found().FirstOrDefault(folder => Path.GetFileName(folder) == DotnetName && !KernelSpec.IsOurs(folder));

    private static IEnumerable<string> Found() => JupyterFolder.All().Select(place => place.Kernels).Distinct().Where(Directory.Exists)
        .SelectMany(place => Directory.EnumerateDirectories(place, "*", new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None }))
        .Where(folder => File.Exists(Path.Combine(folder, KernelSpec.FileName)));

    [GeneratedRegex(@"^\.?[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Name();
}
