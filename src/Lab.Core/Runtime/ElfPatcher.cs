using System.Buffers.Binary;

namespace Lab.Core.Runtime;

/// <summary>
/// Lets a library load beside an older libstdc++ than it was linked with, when all that it needs of the newer one
/// is a symbol that nothing calls.
/// </summary>
internal static class ElfPatcher
{
    /// <summary>
    /// GCC 13 puts this name into every object that includes &lt;iostream&gt;, only to make the linker ask for a new
    /// enough libstdc++; nothing ever calls it.
    /// </summary>
    public const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>Whether all that needs the version is <see cref="Marker"/>.</summary>
    public static bool CanWeaken(ReadOnlySpan<byte> image, string version, string name) =>
        Users(image, version, name).TrueForAll(symbol => symbol.Name == Marker);

    /// <summary>
    /// Makes a version need weak, and with it the symbols behind it, so that the loader goes on without them.
    /// Does nothing more the second time.
    /// </summary>
    /// <param name="image">The library's bytes, changed in place.</param>
    /// <param name="version">The version that the system lacks, such as GLIBCXX_3.4.32.</param>
    /// <param name="name">The file's path, for messages.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or a symbol that is really called needs the version: the bytes are then unchanged.
    /// </exception>
    public static void Weaken(Span<byte> image, string version, string name)
    {
        var needs = new ElfFile(image, name).VersionNeeds().FindAll(need => need.Version == version);
        var symbols = Users(image, version, name);
        if (symbols.Find(symbol => symbol.Name != Marker) is { Name: not null } called)
            throw new InvalidDataException($"{name} cannot do without {version}: it calls {called.Name}.");
        foreach (var symbol in symbols)
            image[symbol.InfoOffset] = (byte)(0x20 | image[symbol.InfoOffset] & 0xf);           // STB_WEAK
        foreach (var need in needs)
        {
            var flags = image.Slice(need.FlagsOffset, 2);
            var weak = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | ElfFile.WeakVersion);
            BinaryPrimitives.WriteUInt16LittleEndian(flags, weak);
        }
    }

    private static List<ElfFile.Symbol> Users(ReadOnlySpan<byte> image, string version, string name)
    {
        var elf = new ElfFile(image, name);
        var indices = elf.VersionNeeds().Where(need => need.Version == version).Select(need => need.Index).ToHashSet();
        return elf.DynamicSymbolTable().FindAll(symbol => symbol.Undefined && indices.Contains(symbol.VersionIndex));
    }
}
