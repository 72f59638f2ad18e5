using FsCheck;
using FsCheck.Xunit;
using Lab.Core.Runtime;

namespace Lab.Core.Tests.Runtime;

public sealed class ElfPatcherTests
{
    private const string Newest = "GLIBCXX_3.4.32";
    private static readonly byte[] original = File.ReadAllBytes(Natives.LinuxShim);

    /// <summary>The header, and the tables that the patcher reads: sections, version needs, symbols.</summary>
    private static readonly (int Start, int End)[] tables = Tables();

    [Fact]
    public void Makes_the_marker_and_its_version_weak_and_changes_nothing_else()
    {
        var image = Weakened();
        var elf = new ElfFile(image, "shim");
        Assert.True(elf.VersionNeeds().Single(need => need.Version == Newest).Weak);
        Assert.Equal([ElfPatcher.Marker], elf.DynamicSymbolTable()
            .Zip(new ElfFile(original, "shim").DynamicSymbolTable())
            .Where(pair => pair.First.Weak && !pair.Second.Weak).Select(pair => pair.First.Name));
        Assert.Equal(2, image.Zip(original).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void Twice_is_once()
    {
        var image = Weakened();
        ElfPatcher.Weaken(image, Newest, "shim");
        Assert.Equal(Weakened(), image);
    }

    [Fact]
    public void Refuses_a_version_that_is_really_called_and_leaves_the_bytes_alone()
    {
        var image = original.ToArray();
        var error = Assert.Throws<InvalidDataException>(() => ElfPatcher.Weaken(image, "GLIBCXX_3.4.30", "shim"));
        Assert.Contains("condition_variable", error.Message, StringComparison.Ordinal);
        Assert.Equal(original, image);
        Assert.False(ElfPatcher.CanWeaken(image, "GLIBCXX_3.4.30", "shim"));
    }

    [Fact]
    public void Reads_what_the_library_needs()
    {
        var needs = new ElfFile(original, "shim").VersionNeeds();
        Assert.Equal(28, needs.Count);
        Assert.Contains(needs, need => need is { Library: "libc.so.6", Version: "GLIBC_2.34", Weak: false });
    }

    [Fact]
    public void Refuses_an_empty_file_and_one_of_another_kind()
    {
        Assert.Contains("not an ELF library", Refused([]).Message, StringComparison.Ordinal);
        Assert.Contains("not an ELF library", Refused("MZ"u8.ToArray()).Message, StringComparison.Ordinal);
        var narrow = original.ToArray();
        narrow[4] = 1;
        Assert.Contains("64-bit", Refused(narrow).Message, StringComparison.Ordinal);
    }

    [Property]
    public void Refuses_a_file_that_was_cut_short_anywhere(NonNegativeInt length) =>
        Refused(original[..(length.Get * 7919 % original.Length)]);

    /// <summary>Whatever a broken disk writes into the tables, the answer is an error of ours or a patched file.</summary>
    [Property(MaxTest = 500)]
    public void Never_leaves_the_file_whatever_its_tables_say(int seed)
    {
        var random = new Random(seed);
        var image = original.ToArray();
        int[] edges = [0, 1, 16, 0xffff, image.Length, image.Length - 8, int.MaxValue, -1, random.Next()];
        var (start, end) = tables[random.Next(tables.Length)];
        for (var i = random.Next(16); i >= 0; i--)
        {
            var word = start + 4 * random.Next((end - start) / 4);
            BitConverter.TryWriteBytes(image.AsSpan(word), edges[random.Next(edges.Length)]);
        }
        try
        {
            ElfPatcher.Weaken(image, Newest, "shim");
            _ = new ElfFile(image, "shim").VersionDefinitions();
        }
        catch (InvalidDataException)
        {
            // The one error that is allowed.
        }
    }

    [Fact]
    public void Checks_a_file_by_its_headers_alone()
    {
        using var folder = new Folder();
        ElfExtent.Check(Natives.LinuxShim);
        var cut = folder["cut.so"];
        File.WriteAllBytes(cut, original[..^1]);
        var error = Assert.Throws<InvalidDataException>(() => ElfExtent.Check(cut));
        Assert.Contains($"it should have at least {original.Length:N0} bytes", error.Message, StringComparison.Ordinal);
    }

    private static (int Start, int End)[] Tables()
    {
        var elf = new ElfFile(original, "shim");
        var (needs, symbols) = (elf.VersionNeeds(), elf.DynamicSymbolTable());
        return
        [
            (0, 64),
            ((int)BitConverter.ToInt64(original, 40), original.Length),
            (needs.Min(need => need.FlagsOffset), needs.Max(need => need.FlagsOffset)),
            (symbols[0].InfoOffset, symbols[^1].InfoOffset),
        ];
    }

    private static byte[] Weakened()
    {
        var image = original.ToArray();
        ElfPatcher.Weaken(image, Newest, "shim");
        return image;
    }

    private static InvalidDataException Refused(byte[] image) =>
        Assert.Throws<InvalidDataException>(() => ElfPatcher.Weaken(image, Newest, "shim"));
}
