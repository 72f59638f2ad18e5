using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class LibTorchInfoTests
{
    [Theory]
    [InlineData(LibTorchSource.Package, true, false, "LibTorch 2.10.0, NuGet package, mended, CPU")]
    [InlineData(LibTorchSource.Environment, false, true, "LibTorch 2.10.0, LAB_LIBTORCH, CUDA")]
    [InlineData(LibTorchSource.Program, false, false, "LibTorch 2.10.0, beside the program, CPU")]
    public void Reads_as_one_line_without_paths(LibTorchSource source, bool mended, bool cuda, string text) =>
        Assert.Equal(text, new LibTorchInfo("2.10.0", source, "/folder", "/shim.so", mended, cuda).ToString());
}
