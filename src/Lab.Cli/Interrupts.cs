using System.Runtime.InteropServices;

namespace Lab.Cli;

/// <summary>The signal that Ctrl+C and Jupyter's interrupt send.</summary>
internal static class Interrupts
{
    private const int Sigint = 2;
    private const nint Default = 0;
    private const nint Ignored = 1;
    private const int MoreThanSigaction = 512;

    /// <summary>
    /// Lets the signal through where the parent has it ignored, as a shell does for what it starts in the background: .NET
    /// leaves an ignored signal ignored, and a cell could then never be stopped. To be called before a console or a process
    /// is used, when .NET takes over the signals.
    /// </summary>
    public static void Unblock()
    {
        if (OperatingSystem.IsWindows())
            return;
        var now = new byte[MoreThanSigaction];                        // on Linux and macOS the handler comes first
        if (Sigaction(Sigint, 0, now) == 0 && MemoryMarshal.Read<nint>(now) == Ignored)
            _ = Signal(Sigint, Default);
    }

    [DllImport("libc", EntryPoint = "sigaction")]
    private static extern int Sigaction(int signal, nint wanted, [Out] byte[] now);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int signal, nint handler);
}
