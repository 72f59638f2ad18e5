using System.Diagnostics;
using System.Globalization;

namespace Lab.Grading.Isolation;

/// <summary>What a process and all that it started use right now.</summary>
internal static class ProcessTree
{
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
