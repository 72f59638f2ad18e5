using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class LibTorchPlaceTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Finds_the_packages_where_there_is_nothing_else()
    {
        var place = LibTorchPlace.Find(null, [folder.Path], []);
        Assert.Equal(LibTorchSource.Package, place.Source);
        Assert.True(File.Exists(Path.Combine(place.Folder, NativeNames.TorchCpu)));
        Assert.True(File.Exists(place.Shim));
    }

    [Theory]
    [InlineData("")]
    [InlineData("runtimes/RID/native/")]
    public void Prefers_what_lies_beside_the_program(string under)
    {
        under = under.Replace("RID", NativeNames.Rid, StringComparison.Ordinal);
        var torch = folder.Write(under + NativeNames.Torch);
        var shim = folder.Write(under + NativeNames.Shim);
        Assert.Equal(
            new LibTorchPlace(LibTorchSource.Program, Path.GetDirectoryName(torch)!, shim),
            LibTorchPlace.Find(null, [null, "", folder.Path], []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lib/")]
    [InlineData("torch/lib/")]
    public void LAB_LIBTORCH_may_name_the_libraries_folder_or_one_above(string under)
    {
        folder.Write("program/" + NativeNames.Torch);
        var torch = folder.Write("wish/" + under + NativeNames.Torch);
        var place = LibTorchPlace.Find(folder["wish"], [folder["program"]], []);
        Assert.Equal((LibTorchSource.Environment, Path.GetDirectoryName(torch)), (place.Source, place.Folder));
        Assert.Equal(NativeNames.Shim, Path.GetFileName(place.Shim));
    }

    [Fact]
    public void LAB_LIBTORCH_that_leads_nowhere_is_an_error_and_not_a_hint()
    {
        folder.Write("program/" + NativeNames.Torch);
        var nowhere = Assert.Throws<LibTorchException>(() => LibTorchPlace.Find(folder["nowhere"], [folder["program"]], []));
        Assert.Equal($"LAB_LIBTORCH names a folder that does not exist: {folder["nowhere"]}.", nowhere.Problem);
        var empty = Assert.Throws<LibTorchException>(() => LibTorchPlace.Find(folder.Path, [folder["program"]], []));
        Assert.Contains($"without {NativeNames.Torch}", empty.Problem, StringComparison.Ordinal);
        Assert.Contains("torch/lib", empty.Remedy, StringComparison.Ordinal);
    }
}
