using Lab.Core.Runtime;
using TorchSharp;

namespace Lab.Cli.Doctor;

/// <summary>LibTorch, and what it computes on.</summary>
internal static class TorchChecks
{
    /// <summary>Loads LibTorch, then looks at the device and the threads.</summary>
    public static IEnumerable<Finding> All()
    {
        var torch = LibTorchLoads();
        yield return torch;
        if (torch.Health == Health.Wrong)
            yield break;
        yield return Device();
        yield return Threads();
    }

    private static Finding LibTorchLoads()
    {
        try
        {
            return Describe(LibTorch.Load());
        }
        catch (LibTorchException problem)
        {
            return new(Health.Wrong, "LibTorch", problem.Problem, problem.Remedy);
        }
    }

    /// <summary>What was loaded, from where, and whether it was mended.</summary>
    internal static Finding Describe(LibTorchInfo info) => new(Health.Ok, "LibTorch",
        $"{info.Version}{(info.Cuda ? " with CUDA" : "")}, {info.SourceName}: {info.Folder}; "
        + (info.Mended ? $"TorchSharp's library mended: {info.ShimPath}" : "nothing to mend"));

    private static Finding Device()
    {
        try
        {
            var device = Devices.Default;
            var asked = Environment.GetEnvironmentVariable(Devices.Variable);
            return new(Health.Ok, "device", string.IsNullOrWhiteSpace(asked) ? $"{device}" : $"{device}, as {Devices.Variable} says");
        }
        catch (LibTorchException problem)
        {
            return new(Health.Wrong, "device", problem.Problem, problem.Remedy);
        }
    }

    private static Finding Threads() => Threads(torch.get_num_threads(), Environment.ProcessorCount);

    /// <summary>More threads than cores make small operations many times slower.</summary>
    internal static Finding Threads(int threads, int cores) => threads <= cores
        ? new(Health.Ok, "threads", $"{threads}, on {cores} cores")
        : new(Health.Warn, "threads", $"{threads}, on only {cores} cores", $"Set OMP_NUM_THREADS to {cores}.");
}
