using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class DevicesTests
{
    [Theory]
    [InlineData(null, 0, "cpu")]
    [InlineData(null, 2, "cuda:0")]
    [InlineData(" ", 1, "cuda:0")]
    [InlineData("cpu", 2, "cpu")]
    [InlineData("CUDA", 1, "cuda:0")]
    [InlineData("cuda:1", 2, "cuda:1")]
    public void Takes_the_device_asked_for_else_the_best_there_is(string? wish, int cudaDevices, string device) =>
        Assert.Equal(device, Devices.Choose(wish, cudaDevices, _ => null).ToString());

    [Theory]
    [InlineData("gpu", 1, "must be cpu, cuda or cuda:N, got 'gpu'")]
    [InlineData("cuda:", 1, "got 'cuda:'")]
    [InlineData("cuda:-1", 1, "got 'cuda:-1'")]
    [InlineData("cuda", 0, "asks for cuda, and there is no CUDA device")]
    [InlineData("cuda:1", 1, "are cuda:0 alone")]
    [InlineData("cuda:7", 4, "are cuda:0 to cuda:3")]
    public void A_device_that_is_not_there_is_an_error(string wish, int cudaDevices, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<LibTorchException>(() => Devices.Choose(wish, cudaDevices, _ => null)).Problem,
            StringComparison.Ordinal);

    [Fact]
    public void A_device_that_does_not_compute_is_passed_over_but_never_when_asked_for()
    {
        Assert.Equal("cpu", Devices.Choose(null, 1, _ => "no kernel image").ToString());
        var error = Assert.Throws<LibTorchException>(() => Devices.Choose("cuda", 1, _ => "no kernel image"));
        Assert.Contains("no kernel image", error.Problem, StringComparison.Ordinal);
    }
}
