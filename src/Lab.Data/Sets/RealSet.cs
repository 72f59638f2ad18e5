namespace Lab.Data.Sets;

/// <summary>A file of a real set, and how to know it.</summary>
/// <param name="Name">Its name, the same on every mirror.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
public sealed record SetFile(string Name, long Bytes, string Sha256);

/// <summary>A published data set that <c>lab data get</c> fetches.</summary>
/// <param name="Name">The name on the command line, and of its folder.</param>
/// <param name="About">One line on what it is.</param>
/// <param name="Licence">Its licence.</param>
/// <param name="Mirrors">Addresses of folders with the files, tried in order; each ends in a slash.</param>
/// <param name="Files">Its files.</param>
public sealed record RealSet(string Name, string About, string Licence, IReadOnlyList<Uri> Mirrors, IReadOnlyList<SetFile> Files)
{
    /// <summary>The length of all files together.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Code that reads it, with {0} where its folder or name stands.</summary>
    public string Usage { get; init; } = "var train = Digits.Train(\"{0}\");";

    /// <summary>The folder that a tar archive among the files is unpacked to, beside it; null where none is an archive.</summary>
    public string? Unpacked { get; init; }
}
