using System.Security.Cryptography;
using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class ShimMenderTests
{
    private static readonly StandardLibrary gcc12 = Natives.Without("GLIBCXX_3.4.32");

    [Fact]
    public void Takes_the_original_where_the_system_has_all_it_needs()
    {
        using var cache = new Folder();
        Assert.Equal(Natives.LinuxShim, ShimMender.Ready(Natives.LinuxShim, Natives.Without(), cache.Path));
        Assert.Empty(cache.Files());
    }

    [Fact]
    public void Mends_a_copy_in_the_cache_named_by_the_originals_hash()
    {
        using var cache = new Folder();
        var path = ShimMender.Ready(Natives.LinuxShim, gcc12, cache.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Natives.LinuxShim)));
        Assert.Equal(cache[hash, NativeNames.Shim], path);
        Assert.Equal([path], cache.Files());
        Assert.Empty(ShimMender.Missing(File.ReadAllBytes(path), path, gcc12));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(-1)]
    public void Replaces_a_cached_copy_that_was_damaged(int length)
    {
        using var cache = new Folder();
        var path = ShimMender.Ready(Natives.LinuxShim, gcc12, cache.Path);
        var whole = File.ReadAllBytes(path);
        var damaged = length < 0 ? [.. whole[..^1], (byte)~whole[^1]] : whole[..length];
        File.WriteAllBytes(path, damaged);
        Assert.Equal(path, ShimMender.Ready(Natives.LinuxShim, gcc12, cache.Path));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void Many_at_once_leave_one_whole_copy()
    {
        using var cache = new Folder();
        var paths = new string[8];
        Parallel.For(0, paths.Length, i => paths[i] = ShimMender.Ready(Natives.LinuxShim, gcc12, cache.Path));
        Assert.Equal([Assert.Single(paths.Distinct())], cache.Files());
    }

    [Fact]
    public void Does_without_a_cache_that_cannot_be_written()
    {
        using var folder = new Folder();
        var path = ShimMender.Ready(Natives.LinuxShim, gcc12, folder.Write("a-file-where-a-folder-should-be"));
        Assert.StartsWith(Path.GetTempPath(), path, StringComparison.Ordinal);
        Assert.Empty(ShimMender.Missing(File.ReadAllBytes(path), path, gcc12));
    }

    [Fact]
    public void Says_so_when_the_system_is_older_than_mending_can_make_up_for()
    {
        using var cache = new Folder();
        var gcc11 = Natives.Without("GLIBCXX_3.4.32", "GLIBCXX_3.4.30");
        var error = Assert.Throws<LibTorchException>(() => ShimMender.Ready(Natives.LinuxShim, gcc11, cache.Path));
        Assert.Contains("lacks GLIBCXX_3.4.30", error.Problem, StringComparison.Ordinal);
        Assert.Contains("Ubuntu 22.04", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_the_libstdcpp_of_this_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a libstdc++ of the system's.");
        var system = StandardLibrary.Find();
        Assert.NotNull(system);
        Assert.True(File.Exists(system.Path));
        Assert.Contains("GLIBCXX_3.4", system.Versions);
        Assert.True(system.Newest >= new Version(3, 4, 30));
    }
}
