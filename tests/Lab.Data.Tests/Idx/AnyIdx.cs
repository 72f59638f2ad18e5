using FsCheck;
using FsCheck.Fluent;
using Lab.Data.Idx;

namespace Lab.Data.Tests.Idx;

/// <summary>An array to write and read: sizes shrink, the seed draws the elements.</summary>
public sealed record AnyIdx(IdxType Type, int[] Dims, int Seed)
{
    public IdxArray Draw()
    {
        var elements = Type switch
        {
            IdxType.UByte => (Array)new byte[Count],
            IdxType.SByte => new sbyte[Count],
            IdxType.Int16 => new short[Count],
            IdxType.Int32 => new int[Count],
            IdxType.Float32 => new float[Count],
            _ => new double[Count],
        };
        // Random bits: NaNs with payloads, infinities and denormals too.
        var array = new IdxArray(elements, Dims);
        new Random(Seed).NextBytes(array.Bytes);
        return array;
    }

    private int Count => Dims.Aggregate(1, (product, dim) => product * dim);

    public override string ToString() => $"{Type} [{string.Join(", ", Dims)}] seed {Seed}";

    public static Arbitrary<AnyIdx> Any() => Arb.From(
        from type in Gen.Elements(Enum.GetValues<IdxType>())
        from rank in Gen.Choose(0, 5)
        from dims in Gen.Choose(0, 6).ArrayOf(rank)
        from seed in Gen.Choose(0, int.MaxValue)
        select new AnyIdx(type, dims, seed),
        x => x.Dims.Length == 0 ? [] : [x with { Dims = x.Dims[1..] }, x with { Dims = [.. x.Dims.Select(dim => dim / 2)] }]);
}
