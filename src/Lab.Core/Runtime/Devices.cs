using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Lab.Core.Runtime;

/// <summary>Chooses the device that the kit computes on.</summary>
/// <remarks>
/// <c>LAB_DEVICE</c> may be <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; unset, it is CUDA where that works, else the CPU.
/// A device asked for by name is that device or an error, never another one.
/// </remarks>
public static class Devices
{
    /// <summary>The environment variable that names the device.</summary>
    public const string Variable = "LAB_DEVICE";

    private static readonly Lazy<torch.Device> chosen = new(() =>
        Choose(Environment.GetEnvironmentVariable(Variable), UsableCudaDevices(), ProblemWith));

    /// <summary>The device chosen for this process, by <c>LAB_DEVICE</c> or by what works.</summary>
    /// <exception cref="LibTorchException">
    /// LibTorch does not load, <c>LAB_DEVICE</c> is none of the above, or the device is not there.
    /// </exception>
    public static torch.Device Default => chosen.Value;

    /// <summary>The number of CUDA devices that this LibTorch and this machine offer together; 0 without CUDA.</summary>
    /// <exception cref="LibTorchException">LibTorch does not load.</exception>
    public static int UsableCudaDevices()
    {
        LibTorch.Load();
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }

    /// <summary>Chooses a device from a wish and from what there is.</summary>
    /// <param name="wish">The value of <c>LAB_DEVICE</c>; null or empty for none.</param>
    /// <param name="cudaDevices">How many CUDA devices there are.</param>
    /// <param name="problemWith">Tries a CUDA device: null when it computes, else what went wrong.</param>
    internal static torch.Device Choose(string? wish, int cudaDevices, Func<int, string?> problemWith)
    {
        if (string.IsNullOrWhiteSpace(wish))
            return cudaDevices > 0 && problemWith(0) is null ? new("cuda:0") : torch.CPU;
        if (Parse(wish) is not { } index)
        {
            throw new LibTorchException(
                $"{Variable} must be cpu, cuda or cuda:N, got '{wish}'.", "Set it to one of these, or unset it.");
        }
        if (index < 0)
            return torch.CPU;
        if (cudaDevices == 0)
        {
            throw new LibTorchException(
                $"{Variable} asks for {wish.Trim()}, and there is no CUDA device that this LibTorch can use.",
                $"Set {Variable} to cpu; or, with an NVIDIA GPU, build with -p:LabTorch=cuda, or let {LibTorchPlace.Variable} name a PyTorch {LibTorch.WantedVersion.ToString(2)}'s torch/lib.");
        }
        if (index >= cudaDevices)
        {
            throw new LibTorchException(
                $"{Variable} asks for {wish.Trim()}, and the CUDA devices here are "
                + (cudaDevices == 1 ? "cuda:0 alone." : $"cuda:0 to cuda:{cudaDevices - 1}."),
                "Set it to one of these, or unset it.");
        }
        return problemWith(index) is not { } problem ? new($"cuda:{index}") : throw new LibTorchException(
            $"{Variable} asks for {wish.Trim()}, which does not compute: {problem}",
            $"Update the NVIDIA driver, or set {Variable} to cpu.");
    }

    /// <summary>The index of a CUDA device, -1 for the CPU, null for neither.</summary>
    private static int? Parse(string wish) => wish.Trim().ToLowerInvariant() switch
    {
        "cpu" => -1,
        "cuda" => 0,
        ['c', 'u', 'd', 'a', ':', .. var number]
            when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) => index,
        _ => null,
    };

    private static string? ProblemWith(int index)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            var sum = torch.ones([2], dtype: torch.float32, device: new torch.Device($"cuda:{index}")).sum();
            return sum.ToSingle() == 2 ? null : "1 + 1 is not 2 there.";
        }
        catch (ExternalException problem)
        {
            return problem.Message.ReplaceLineEndings(" ").Trim();
        }
    }
}
