using System.Text;
using Lab.Shared;

namespace Lab.Data.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Makes_the_folder_and_leaves_nothing_but_the_file()
    {
        var path = Path.Combine(folder.Path, "a", "b", "file");
        AtomicFile.Write(path, "old"u8);
        AtomicFile.Write(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void What_cannot_be_replaced_stays_and_nothing_is_left_beside_it()
    {
        var path = Directory.CreateDirectory(folder.File("taken")).FullName;     // a folder stands where the file should
        var problem = Record.Exception(() => AtomicFile.Write(path, "new"u8));
        Assert.True(problem is IOException or UnauthorizedAccessException, $"{problem}");
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Readers_see_the_old_content_or_the_new_and_never_half()
    {
        var path = folder.File("file");
        byte[][] contents = [Encoding.ASCII.GetBytes(new string('a', 200_000)), Encoding.ASCII.GetBytes(new string('b', 300_000))];
        AtomicFile.Write(path, contents[0]);
        var written = false;
        var writer = Task.Run(() =>
        {
            for (var i = 1; i <= 50; i++)
                AtomicFile.Write(path, contents[i % 2]);
            Volatile.Write(ref written, true);
        }, TestContext.Current.CancellationToken);
        do
            Assert.Contains(File.ReadAllBytes(path).Length, contents.Select(content => content.Length));
        while (!Volatile.Read(ref written) && !writer.IsFaulted);
        await writer;
    }

    [Fact]
    public void A_link_stays_a_link_and_the_file_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other links and modes.");
            return;
        }
        var target = folder.Write("target", [1]);
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var link = folder.File("link");
        File.CreateSymbolicLink(link, target);
        AtomicFile.Write(link, [2]);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(target));
    }
}
