using Lab.Cli.Doctor;
using Lab.Core.Runtime;

namespace Lab.Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task A_machine_that_runs_these_tests_can_run_the_course()
    {
        var result = await LabProcess.Run(["doctor"], ("LAB_DEVICE", "cpu"));
        Assert.Equal((0, ""), (result.Exit, result.Error));
        foreach (var subject in new[] { "checkout", ".NET", "LibTorch", "device", "threads", "Jupyter", "Verso", "browser" })
            Assert.Contains($" {subject} ", result.Output, StringComparison.Ordinal);
        Assert.Contains("cpu, as LAB_DEVICE says", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("The course can run.", result.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task LibTorch_that_does_not_load_is_reported_with_its_remedy_and_all_else_is_looked_at()
    {
        var result = await LabProcess.Run(["doctor"], (LabLibTorch, "/nowhere"));
        Assert.Equal((1, ""), (result.Exit, result.Error));
        Assert.Contains("wrong LibTorch", result.Output, StringComparison.Ordinal);
        Assert.Contains("LAB_LIBTORCH names a folder that does not exist: /nowhere.", result.Output, StringComparison.Ordinal);
        Assert.Contains("Set it to the folder that holds", result.Output, StringComparison.Ordinal);
        Assert.Contains("browser", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("The course cannot run: 1 wrong.", result.Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_wrong()
    {
        var result = await LabProcess.Run(["doctor"], ("LAB_DEVICE", "cuda:99"));
        Assert.Equal(1, result.Exit);
        Assert.Contains("LAB_DEVICE asks for cuda:99", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.401", true)]
    [InlineData("11.0.100-preview.1", true)]
    [InlineData("8.0.100", false)]
    [InlineData(null, false)]
    public void NET_needs_an_SDK_of_version_10(string? sdk, bool ok) => Assert.Equal(
        ok ? Health.Ok : Health.Wrong,
        SystemChecks.DotNet(new(10, 0, 1), sdk is null ? [] : [sdk]).Health);

    [Theory]
    [InlineData("GLIBCXX_3.4.33", true, "3.4.33")]
    [InlineData("GLIBCXX_3.4.30", true, "mending")]
    [InlineData("GLIBCXX_3.4.28", false, "older than GCC 12's")]
    [InlineData("CXXABI_1.3", false, "none")]
    public void An_old_libstdcpp_is_mended_and_an_ancient_one_is_wrong(string version, bool ok, string text)
    {
        var finding = SystemChecks.CppLibrary(new StandardLibrary("/lib/libstdc++.so.6", new HashSet<string> { version }));
        Assert.Equal(ok ? Health.Ok : Health.Wrong, finding.Health);
        Assert.Contains(text, finding.Found, StringComparison.Ordinal);
        Assert.Equal(ok, finding.Remedy is null);
    }

    [Fact]
    public void More_threads_than_cores_is_a_warning()
    {
        Assert.Equal(Health.Ok, TorchChecks.Threads(2, 2).Health);
        Assert.Equal("Set OMP_NUM_THREADS to 2.", TorchChecks.Threads(64, 2).Remedy);
    }

    [Fact]
    public void A_mended_library_is_named()
    {
        var info = new LibTorchInfo("2.10.0", LibTorchSource.Environment, "/opt/torch/lib", "/cache/shim", Mended: true, Cuda: true);
        Assert.Equal("2.10.0 with CUDA, LAB_LIBTORCH: /opt/torch/lib; TorchSharp's library mended: /cache/shim", TorchChecks.Describe(info).Found);
    }

    private const string LabLibTorch = "LAB_LIBTORCH";
}
