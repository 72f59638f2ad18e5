using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class LibTorchVersionTests
{
    [Theory]
    [InlineData("2.10.0", "2.10.0")]
    [InlineData("2.10.1+cu128\n", "2.10.1")]
    [InlineData("from typing import Optional\n__version__ = '2.9.1+cpu'\ncuda = '12.8'\n", "2.9.1")]
    [InlineData("unknown", null)]
    [InlineData("2.99999999999.0", null)]
    public void Reads_the_version_from_a_text(string text, string? version) =>
        Assert.Equal(version, LibTorchVersion.Parse(text)?.ToString());

    [Theory]
    [InlineData("version.py", "__version__ = '2.10.0+cu128'")]
    [InlineData("build-version", "2.10.0+cpu")]
    public void Reads_the_version_from_the_file_above_the_libraries(string file, string text)
    {
        using var folder = new Folder();
        folder.Write(file, text);
        Assert.Equal(new Version(2, 10, 0), LibTorchVersion.OfFolder(folder["lib"]));
        Assert.Equal(new Version(2, 10, 0), LibTorchVersion.OfFolder(folder["lib"] + Path.DirectorySeparatorChar));
    }

    [Fact]
    public void Takes_a_patch_release_and_names_both_versions_of_any_other()
    {
        var place = new LibTorchPlace(LibTorchSource.Environment, "/opt/torch/lib", "shim");
        LibTorchVersion.Check(new(2, 10, 3), place);
        var error = Assert.Throws<LibTorchException>(() => LibTorchVersion.Check(new(2, 9, 1), place));
        Assert.Equal("TorchSharp 0.107.0 needs LibTorch 2.10, and /opt/torch/lib holds 2.9.1.", error.Problem);
        Assert.Throws<LibTorchException>(() => LibTorchVersion.Check(null, place));
    }
}
