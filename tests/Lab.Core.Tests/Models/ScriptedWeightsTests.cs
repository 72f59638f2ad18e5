using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Lab.Core.Models;
using Lab.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Models;

/// <summary>Weights that PyTorch in Python has written give the same outputs here, to the rounding of float32.</summary>
public sealed class ScriptedWeightsTests : IDisposable
{
    private static readonly string? python = new[] { Environment.GetEnvironmentVariable("LAB_PYTHON"), "/usr/bin/python3", "python3" }
        .FirstOrDefault(program => !string.IsNullOrEmpty(program) && Run(program, "-c", "import torch, numpy").ExitCode == 0);

    private readonly string folder = Directory.CreateTempSubdirectory("lab-unet-").FullName;

    [Theory]
    [InlineData(32, 48)]
    [InlineData(35, 29)]
    public void A_unet_from_python_gives_the_same_logits(int height, int width)
    {
        using var scope = NewDisposeScope();
        Export(height, width);
        using var network = new UNet(3, 2, [4, 6, 8]);
        ScriptedWeights.Load(network, Path.Combine(folder, "unet.pt"));
        network.eval();

        var difference = network.call(Read("input.raw", 3, height, width)) - Read("output.raw", 2, height, width);

        Assert.InRange(difference.abs().max().ToSingle(), 0, 1e-5f);
        Assert.Equal(3, network.state_dict()["encoder.0.double_conv.1.num_batches_tracked"].ToInt64());
    }

    [Fact]
    public void Both_sides_count_the_same_parameters()
    {
        Assert.Equal("31037698", Export(32, 32));
        using var network = new UNet();
        Assert.Equal(31_037_698, network.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void Another_architecture_is_refused_and_nothing_is_copied()
    {
        using var scope = NewDisposeScope();
        Export(32, 32);
        using var network = new UNet(3, 2, [4, 6, 9]);
        var before = network.state_dict()["encoder.0.double_conv.0.weight"].clone();

        var refused = Assert.Throws<ArgumentException>(() => ScriptedWeights.Load(network, Path.Combine(folder, "unet.pt")));

        Assert.Contains("encoder.2.double_conv.0.weight is [8, 6, 3, 3] where the module has [9, 6, 3, 3]", refused.Message, StringComparison.Ordinal);
        Assert.True(before.Equals(network.state_dict()["encoder.0.double_conv.0.weight"]));
        Assert.Contains("is missing", Assert.Throws<ArgumentException>(
            () => ScriptedWeights.Load(network, Path.Combine(folder, "unet.pt"), name => $"net.{name}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_script_is_refused()
    {
        using var network = new UNet(3, 2, [4, 6]);
        var path = Path.Combine(folder, "notes.txt");
        File.WriteAllText(path, "not a network");

        Assert.Contains("TorchScript", Assert.Throws<ArgumentException>(() => ScriptedWeights.Load(network, path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ScriptedWeights.Load(network, path + ".gone"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Export(int height, int width)
    {
        Assert.SkipWhen(python is null, "No Python with torch and numpy: on Debian and Ubuntu `apt install python3-torch` gets it.");
        var script = Path.Combine(Repository.Root, "tests", "Lab.Core.Tests", "Models", "unet.py");
        var (exitCode, said) = Run(
            python!, script, folder, height.ToString(CultureInfo.InvariantCulture), width.ToString(CultureInfo.InvariantCulture), "4", "6", "8");
        Assert.True(exitCode == 0, said);
        return said.Trim();
    }

    private Tensor Read(string file, int channels, int height, int width) => tensor(
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, file))).ToArray()).reshape(2, channels, height, width);

    private static (int ExitCode, string Said) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? said : said + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, $"There is no {program}.");
        }
    }
}
