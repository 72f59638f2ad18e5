using FsCheck.Xunit;
using Lab.Data.Idx;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Idx;

[Properties(Arbitrary = [typeof(AnyIdx)])]
public sealed class IdxFileTests
{
    [Property]
    public void What_is_written_is_read_back_bit_for_bit(AnyIdx any)
    {
        using var folder = new TempFolder();
        var written = any.Draw();
        foreach (var name in new[] { "array", "array.gz" })
        {
            IdxFile.Write(folder.File(name), written);
            var read = IdxFile.Read(folder.File(name));
            Assert.Equal(written.Type, read.Type);
            Assert.Equal(written.Dims, read.Dims);
            Assert.Equal(written.Elements.GetType(), read.Elements.GetType());
            Assert.True(written.Bytes.SequenceEqual(read.Bytes));
        }
    }

    [Property]
    public void A_tensor_and_back_is_the_same(AnyIdx any)
    {
        using var scope = NewDisposeScope();
        var array = any.Draw();
        var tensor = array.ToTensor();
        Assert.Equal(array.Dims, tensor.shape.Select(dim => (int)dim));
        var back = IdxArray.From(tensor);
        Assert.Equal(array.Type, back.Type);
        Assert.Equal(array.Dims, back.Dims);
        Assert.True(array.Bytes.SequenceEqual(back.Bytes));
    }

    [Property]
    public void Every_cut_of_a_file_is_refused(AnyIdx any, FsCheck.NonNegativeInt at)
    {
        using var folder = new TempFolder();
        var whole = IdxFile.Encode(any.Draw());
        var cut = at.Get % whole.Length;
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(folder.Write("cut", whole[..cut])));
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(folder.Write("cut-then-packed", Gzip.Pack(whole.AsSpan(0, cut)))));
    }

    [Property]
    public void Every_cut_of_a_gzipped_file_is_refused(AnyIdx any, FsCheck.NonNegativeInt at)
    {
        using var folder = new TempFolder();
        var packed = Gzip.Pack(IdxFile.Encode(any.Draw()));
        var path = folder.Write("cut.gz", packed[..(at.Get % packed.Length)]);
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_layout_is_that_of_the_format()
    {
        var file = IdxFile.Encode(new IdxArray(new short[] { 1, -2, 0x1234 }, 3, 1));
        Assert.Equal([0, 0, 0x0B, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 1, 0xFF, 0xFE, 0x12, 0x34], file);
    }

    [Fact]
    public void A_gzipped_file_is_known_by_its_content_not_its_name()
    {
        using var folder = new TempFolder();
        var array = new IdxArray(new float[] { 1.5f, -2 }, 2);
        var disguised = folder.Write("plain-name", Gzip.Pack(IdxFile.Encode(array)));
        var plain = folder.Write("misnamed.gz", IdxFile.Encode(array));
        Assert.Equal([1.5f, -2], IdxFile.Read(disguised).As<float>());
        Assert.Equal([1.5f, -2], IdxFile.Read(plain).As<float>());
    }

    [Theory]
    [InlineData("", "a magic number of 4 bytes, got 0 bytes")]
    [InlineData("000008", "a magic number of 4 bytes, got 3 bytes")]
    [InlineData("504B0304", "an IDX file, which starts with bytes 00 00 (1F 8B when gzipped), got 50 4B 03 04")]
    [InlineData("00000701 00000000", "element type 08, 09, 0B, 0C, 0D or 0E, got 07")]
    [InlineData("00000A01 00000000", "element type 08, 09, 0B, 0C, 0D or 0E, got 0A")]
    [InlineData("00000803 00000001 00000002", "3 sizes of 4 bytes, got 8 bytes")]
    [InlineData("00000801 00000003 0102", "3 bytes of UByte [3], got 2 bytes")]
    [InlineData("00000B02 00000002 00000001 000102", "4 bytes of Int16 [2, 1], got 3 bytes")]
    [InlineData("00000801 00000002 010203", "the end after UByte [2], got more bytes")]
    [InlineData("00000800 0102", "the end after UByte [], got more bytes")]
    [InlineData("00000801 FFFFFFFF", "a size of at most 2147483647 for dimension 0, got 4294967295")]
    [InlineData("00000802 7FFFFFFF 7FFFFFFF", "at most 2 GB of elements, got UByte [2147483647, 2147483647]")]
    [InlineData("00000E01 7FFFFFC7", "at most 2 GB of elements, got Float64 [2147483591]")]
    [InlineData("00000801 7FFFFFC7 00", "2147483591 bytes of UByte [2147483591], got 1 bytes")]
    public void A_damaged_file_is_refused_by_name_with_what_was_wanted_and_got(string hex, string message)
    {
        using var folder = new TempFolder();
        var content = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (var path in new[] { folder.Write("damaged", content), folder.Write("damaged.gz", Gzip.Pack(content)) })
        {
            var error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
            Assert.Equal($"{path}: wanted {message}.", error.Message);
        }
    }

    [Fact]
    public void A_header_that_promises_much_costs_no_memory()
    {
        using var folder = new TempFolder();
        var path = folder.Write("bomb.gz", Gzip.Pack(Convert.FromHexString("000008017FFFFFC700")));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void A_large_packed_file_is_put_together_in_order()
    {
        using var folder = new TempFolder();
        var numbers = Enumerable.Range(0, 700_000).ToArray();
        IdxFile.Write(folder.File("large.gz"), new IdxArray(numbers, 700, 1000));
        Assert.Equal(numbers, IdxFile.Read(folder.File("large.gz")).As<int>());
    }

    [Fact]
    public void A_flipped_bit_in_a_gzipped_file_is_refused()
    {
        using var folder = new TempFolder();
        var packed = Gzip.Pack(IdxFile.Encode(new IdxArray(new byte[1000], 1000)));
        packed[^6] ^= 1;
        var path = folder.Write("flipped.gz", packed);
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.StartsWith($"{path}: wanted a whole gzip stream, got a damaged one: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_arrays_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new IdxArray(new long[2], 2));
        Assert.Throws<ArgumentException>(() => new IdxArray(new byte[2, 2], 4));
        Assert.Throws<ArgumentException>(() => new IdxArray(new byte[2], 3));
        Assert.Throws<ArgumentException>(() => new IdxArray(new byte[2], -1, -2));
        Assert.Throws<ArgumentException>(() => new IdxArray(new byte[1], [.. Enumerable.Repeat(1, 256)]));
        Assert.Throws<ArgumentException>(() => new IdxArray(new sbyte[1], 1).As<byte>());
        using var longs = zeros(2, dtype: int64);
        Assert.Throws<ArgumentException>(() => IdxArray.From(longs));
    }

    [Fact]
    public void A_view_is_written_in_its_own_order()
    {
        using var scope = NewDisposeScope();
        var turned = arange(6, dtype: int32).reshape(2, 3).t();
        Assert.Equal([0, 3, 1, 4, 2, 5], IdxArray.From(turned).As<int>());
    }

    [Fact]
    public void A_failed_write_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("taken"));
        Assert.ThrowsAny<Exception>(() => IdxFile.Write(folder.File("taken"), new IdxArray(new byte[1], 1)));
        Assert.Equal([folder.File("taken")], Directory.GetFileSystemEntries(folder.Path));
    }
}
