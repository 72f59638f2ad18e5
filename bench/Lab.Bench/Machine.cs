using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lab.Bench;

/// <summary>What the bench ran on.</summary>
/// <param name="System">The operating system.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">Its logical cores.</param>
/// <param name="VectorBits">The widest vectors that .NET uses, in bits.</param>
/// <param name="DotNet">The version of .NET.</param>
/// <param name="LibTorch">The version of LibTorch.</param>
/// <param name="Python">The versions of Python and its torch; null without them.</param>
public sealed record Machine(
    string System, string Processor, int Cores, int VectorBits, string DotNet, string LibTorch, string? Python)
{
    internal static Machine This(string? python) => new(
        RuntimeInformation.OSDescription, ProcessorName(), Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector<byte>.Count * 8,
        Environment.Version.ToString(), Lab.Core.Runtime.LibTorch.Load().Version, python);

    private static string ProcessorName()
    {
        const string Linux = "/proc/cpuinfo";
        var named = File.Exists(Linux)
            ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrEmpty(named) ? RuntimeInformation.ProcessArchitecture.ToString() : named;
    }

    /// <summary>One line.</summary>
    public override string ToString() =>
        $"{Processor}, {Cores} cores, {VectorBits}-bit vectors; .NET {DotNet}, LibTorch {LibTorch}"
        + (Python is null ? "" : $", {Python}");
}
