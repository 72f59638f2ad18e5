using Lab.Data.Idx;
using Lab.Data.Sets;
using Lab.Shared;

namespace Lab.Data.Tests.Sets;

public sealed class CommittedSetTests
{
    private static string Folder => Path.Combine(Repository.Root, "data", "digits");

    [Fact]
    public void Making_the_digits_again_gives_the_committed_bytes()
    {
        using var folder = new TempFolder();
        var set = Catalog.Made.Single(made => made.Name == "digits");
        set.Write(folder.Path, set.Seed);
        var names = Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order().ToArray();
        Assert.Equal(5, names.Length);
        Assert.All(names, name => Assert.True(
            File.ReadAllBytes(folder.File(name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Folder, name))),
            $"{name} differs from the committed one."));
    }

    [Fact]
    public void The_committed_files_have_the_recorded_checksums_and_are_small()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, MadeSet.Checksums));
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.Equal(line[..64], Checksum.OfFile(Path.Combine(Folder, line[66..]))));
        Assert.InRange(lines.Sum(line => new FileInfo(Path.Combine(Folder, line[66..])).Length), 1, 5_000_000);
    }

    [Fact]
    public void No_image_comes_twice_in_either_half_or_in_both()
    {
        var seen = new HashSet<string>();
        foreach (var train in new[] { true, false })
        {
            var pixels = IdxFile.Read(Path.Combine(Folder, $"{MnistLayout.Images(train)}.gz")).As<byte>();
            foreach (var image in pixels.Chunk(28 * 28))
                Assert.True(seen.Add(Checksum.Of(image)));
        }
        Assert.Equal(12_000, seen.Count);
    }

    [Fact]
    public void Another_seed_gives_other_images()
    {
        var other = DrawnDigits.Make(seed: 1)[0];
        Assert.NotEqual(Checksum.OfFile(Path.Combine(Folder, other.Name)), Checksum.Of(other.Content.Span));
    }

    [Fact]
    public void Progress_reaches_the_end()
    {
        var last = 0.0;
        DrawnDigits.Make(seed: 1, new Direct<double>(done => last = Math.Max(last, done)));
        Assert.Equal(1, last);
    }
}
