using System.Buffers.Binary;
using System.Text;

namespace Lab.Core.Runtime;

/// <summary>
/// Reads from a 64-bit little-endian ELF library (Linux) what it needs of other libraries and what it offers.
/// Every read is checked against the file's end, so that a damaged file gives a clear error and nothing worse.
/// </summary>
/// <remarks>Layout: System V ABI, chapter 4; symbol versions: Linux Standard Base, chapter 10.7.</remarks>
internal readonly ref struct ElfFile
{
    public const ushort WeakVersion = 2;                              // VER_FLG_WEAK
    private const int HeaderSize = 64, SectionSize = 64, SymbolSize = 24, NeedSize = 16, DefinitionSize = 20;
    private const uint DynamicSymbols = 11, Definitions = 0x6ffffffd, Needs = 0x6ffffffe, SymbolVersions = 0x6fffffff;

    private readonly ReadOnlySpan<byte> image;
    private readonly string name;

    /// <param name="image">The whole file.</param>
    /// <param name="name">The file's path, for messages.</param>
    /// <exception cref="InvalidDataException">Not an ELF library of this kind, or cut short.</exception>
    public ElfFile(ReadOnlySpan<byte> image, string name)
    {
        this.image = image;
        this.name = name;
        ElfExtent.Check(image, name);
    }

    /// <summary>One version that the library needs of another one, such as GLIBCXX_3.4.32 of libstdc++.so.6.</summary>
    /// <param name="Library">The other library's file name.</param>
    /// <param name="Version">The version's name.</param>
    /// <param name="Index">The number by which symbols refer to this need.</param>
    /// <param name="Weak">Whether the loader may go on without it.</param>
    /// <param name="FlagsOffset">Where its flags lie in the file.</param>
    public readonly record struct Need(string Library, string Version, ushort Index, bool Weak, int FlagsOffset);

    /// <summary>One entry of the dynamic symbol table.</summary>
    /// <param name="Name">The symbol's name, mangled.</param>
    /// <param name="VersionIndex">The <see cref="Need.Index"/> it refers to.</param>
    /// <param name="Undefined">Whether another library must provide it.</param>
    /// <param name="Weak">Whether it may stay without an address.</param>
    /// <param name="InfoOffset">Where its type and binding lie in the file.</param>
    public readonly record struct Symbol(string Name, ushort VersionIndex, bool Undefined, bool Weak, int InfoOffset);

    private readonly record struct Section(int Offset, int Size, int Link, int Count)
    {
        public int End => Offset + Size;
    }

    /// <summary>The versions that this library needs of others.</summary>
    public List<Need> VersionNeeds()
    {
        List<Need> needs = [];
        if (Find(Needs) is not { } section)
            return needs;
        var strings = Nth(section.Link);
        var at = section.Offset;
        for (var i = 0; i < section.Count; i++)
        {
            var need = Slice(at, NeedSize, section.End);
            var library = Text(strings, U32(need, 4));
            var auxAt = Advance(at, U32(need, 8), section.End);
            for (int j = 0, count = U16(need, 2); j < count; j++)
            {
                var aux = Slice(auxAt, NeedSize, section.End);
                needs.Add(new(library, Text(strings, U32(aux, 8)), U16(aux, 6), (U16(aux, 4) & WeakVersion) != 0, auxAt + 4));
                if (U32(aux, 12) == 0)
                    break;
                auxAt = Advance(auxAt, U32(aux, 12), section.End);
            }
            if (U32(need, 12) == 0)
                break;
            at = Advance(at, U32(need, 12), section.End);
        }
        return needs;
    }

    /// <summary>The versions that this library offers to others.</summary>
    public HashSet<string> VersionDefinitions()
    {
        HashSet<string> versions = [];
        if (Find(Definitions) is not { } section)
            return versions;
        var strings = Nth(section.Link);
        var at = section.Offset;
        for (var i = 0; i < section.Count; i++)
        {
            var definition = Slice(at, DefinitionSize, section.End);
            var aux = Slice(Advance(at, U32(definition, 12), section.End), 8, section.End);
            versions.Add(Text(strings, U32(aux, 0)));
            if (U32(definition, 16) == 0)
                break;
            at = Advance(at, U32(definition, 16), section.End);
        }
        return versions;
    }

    /// <summary>The dynamic symbols, each with the version it refers to.</summary>
    public List<Symbol> DynamicSymbolTable()
    {
        var table = Find(DynamicSymbols) ?? throw Damaged("it has no dynamic symbols");
        var versions = Find(SymbolVersions) ?? throw Damaged("its symbols have no versions");
        var strings = Nth(table.Link);
        var count = table.Size / SymbolSize;
        var symbols = new List<Symbol>(count);
        for (var i = 0; i < count; i++)
        {
            var at = table.Offset + i * SymbolSize;
            var symbol = Slice(at, SymbolSize, table.End);
            var version = U16(Slice(versions.Offset + 2 * i, 2, versions.End), 0) & 0x7fff;
            symbols.Add(new(Text(strings, U32(symbol, 0)), (ushort)version, U16(symbol, 6) == 0, symbol[4] >> 4 == 2, at + 4));
        }
        return symbols;
    }

    private Section? Find(uint type)
    {
        for (var i = 0; i < U16(image, 60); i++)
        {
            if (U32(Header(i), 4) == type)
                return Nth(i);
        }
        return null;
    }

    private Section Nth(int index)
    {
        if (index >= U16(image, 60))
            throw Damaged($"it refers to a section {index} that it does not have");
        var header = Header(index);
        var (offset, size) = (U64(header, 24), U64(header, 32));
        if (offset > (ulong)image.Length || size > (ulong)image.Length - offset)
            throw Damaged($"section {index} passes the file's end");
        return new((int)offset, (int)size, (int)Math.Min(U32(header, 40), int.MaxValue), (int)Math.Min(U32(header, 44), int.MaxValue));
    }

    private ReadOnlySpan<byte> Header(int index)
    {
        var table = U64(image, 40);
        return table is < HeaderSize or > int.MaxValue
            ? throw Damaged("its section table is missing")
            : Slice((int)table + index * SectionSize, SectionSize, image.Length);
    }

    private ReadOnlySpan<byte> Slice(int offset, int size, int end) =>
        offset < 0 || offset > end - size ? throw Damaged($"a table passes its end at byte {offset}") : image.Slice(offset, size);

    private int Advance(int offset, uint step, int end) =>
        step == 0 || step > end - offset ? throw Damaged($"a table leads out of itself at byte {offset}") : offset + (int)step;

    private string Text(Section strings, uint offset)
    {
        if (offset >= strings.Size)
            throw Damaged("a name lies outside the names' table");
        var rest = image[(strings.Offset + (int)offset)..strings.End];
        var length = rest.IndexOf((byte)0);
        return length < 0 ? throw Damaged("a name has no end") : Encoding.ASCII.GetString(rest[..length]);
    }

    private InvalidDataException Damaged(string why) => new($"{name} is damaged: {why}.");

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
