using System.Diagnostics;
using System.Globalization;

namespace Lab.Cli;

/// <summary>Notices the end of the Jupyter server that started this kernel, which must not outlive it.</summary>
internal static class ParentWatch
{
    private const string Variable = "JPY_PARENT_PID";

    private static readonly TimeSpan interval = TimeSpan.FromSeconds(2);

    /// <summary>Watches, where the environment names a server that runs.</summary>
    /// <param name="onEnd">Called once, when it has ended.</param>
    /// <returns>Ends the watch; null where nothing is watched.</returns>
    public static IDisposable? Start(Action onEnd)
    {
        if (OperatingSystem.IsWindows()                                       // where the variable holds a handle, and no id
            || !int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !Runs(id))
        {
            return null;
        }
        return new Timer(_ =>
        {
            if (!Runs(id))
                onEnd();
        }, null, interval, interval);
    }

    private static bool Runs(int id)
    {
        if (OperatingSystem.IsLinux())
            return Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}"));
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
