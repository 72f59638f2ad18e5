using System.Formats.Tar;
using Lab.Data.Sets;

namespace Lab.Data.Tests.Sets;

public sealed class ArchiveTests : IDisposable
{
    private static readonly RealSet set = new("x", "A set", "None", [], [new("x.tar", 0, "")]) { Unpacked = "devkit" };
    private readonly TempFolder folder = new();

    [Fact]
    public void An_archive_is_unpacked_once()
    {
        Directory.CreateDirectory(folder.File("source/devkit/a"));
        folder.Write("source/devkit/a/b.txt", "hello"u8.ToArray());
        TarFile.CreateFromDirectory(folder.File("source"), folder.File("x.tar"), includeBaseDirectory: false);

        Assert.True(Archive.Unpack(set, folder.Path));
        Assert.Equal("hello", File.ReadAllText(folder.File("devkit/a/b.txt")));
        Assert.False(Archive.Unpack(set, folder.Path));
        Assert.Equal(["devkit", "source"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_damaged_archive_or_one_without_the_folder_is_refused()
    {
        folder.Write("x.tar", [.. Enumerable.Repeat((byte)7, 1024)]);
        Assert.StartsWith($"{folder.File("x.tar")}: damaged archive: ", Assert.Throws<InvalidDataException>(() => Archive.Unpack(set, folder.Path)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(folder.File("source/other"));
        File.Delete(folder.File("x.tar"));
        TarFile.CreateFromDirectory(folder.File("source"), folder.File("x.tar"), includeBaseDirectory: false);
        Assert.Contains("wanted a folder devkit", Assert.Throws<InvalidDataException>(() => Archive.Unpack(set, folder.Path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
