using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lab.Grading.Isolation;

/// <summary>A process and all that it started: what they use right now, and their end.</summary>
internal static class ProcessTree
{
    private const int SigKill = 9;
    private const int SigStop = 19;

    /// <summary>Ends all of them; those that have ended already are no error.</summary>
    /// <remarks>
    /// On Linux each one is first made to stand still, so that it starts nothing more while its children are looked up: as many steps as there are
    /// processes. .NET's own way looks at every pair of processes of the machine, and pays for each that has ended meanwhile with an exception: a
    /// storm of processes, many of them dying, keeps it busy for a quarter of an hour.
    /// </remarks>
    public static void Kill(Process root)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                root.Kill(entireProcessTree: true);
                return;
            }
            if (root.HasExited)
                return;
            foreach (var id in Halted(root.Id).Skip(1))
                _ = Signal(id, SigKill);
            root.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has ended already.
        }
    }

    /// <summary>The tree, its root first, all of it standing still.</summary>
    private static List<int> Halted(int root)
    {
        var (all, next) = (new List<int>(), new Stack<int>([root]));
        while (next.TryPop(out var id))
        {
            _ = Signal(id, SigStop);
            all.Add(id);
            foreach (var child in Children(id))
                next.Push(child);
        }
        return all;
    }

    private static List<int> Children(int id)
    {
        var children = new List<int>();
        try
        {
            foreach (var task in Directory.EnumerateDirectories($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/task"))
                children.AddRange(File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(child => int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
        }
        return children;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int id, int signal);

    /// <summary>Resident memory and threads of the tree.</summary>
    public static (long Bytes, int Threads) Usage(Process root)
    {
        if (OperatingSystem.IsLinux())
            return Usage(root.Id, 0);
        try
        {
            root.Refresh();
            return (root.WorkingSet64, root.Threads.Count);
        }
        catch (InvalidOperationException)
        {
            return (0, 0);                                                // it has ended
        }
    }

    private static (long Bytes, int Threads) Usage(int id, int depth)
    {
        var (bytes, threads) = (0L, 0);
        try
        {
            var folder = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}";
            bytes = long.Parse(File.ReadAllText(folder + "/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            foreach (var task in Directory.EnumerateDirectories(folder + "/task"))
            {
                threads++;
                if (threads > 4 * ProcessLimits.Threads || depth > 8)
                    break;
                foreach (var child in File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var (more, others) = Usage(int.Parse(child, CultureInfo.InvariantCulture), depth + 1);
                    bytes += more;
                    threads += others;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
        }
        return (bytes, threads);
    }
}
