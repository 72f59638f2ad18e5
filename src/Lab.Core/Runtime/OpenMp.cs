using System.Runtime.InteropServices;

namespace Lab.Core.Runtime;

/// <summary>Asks LibTorch's worker threads to sleep between tasks instead of spinning.</summary>
/// <remarks>
/// A spinning thread that finds no free core makes every small operation wait for a time slice: on a busy machine with two
/// cores a training loop went from 6 s to 26 s, and to minutes beside a build. Who sets OMP_WAIT_POLICY keeps his own.
/// </remarks>
internal static partial class OpenMp
{
    internal const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>Must come before LibTorch is loaded: OpenMP reads its settings once, from the C library's environment.</summary>
    public static void SleepWhileWaiting()
    {
        if (OperatingSystem.IsLinux())
            _ = SetEnvironment(WaitPolicy, "passive", overwrite: 0);
    }

    // Environment.SetEnvironmentVariable changes .NET's copy only, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
