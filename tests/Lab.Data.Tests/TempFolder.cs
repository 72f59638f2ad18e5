namespace Lab.Data.Tests;

/// <summary>A folder for one test, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder()
        : this(Directory.CreateTempSubdirectory("lab-data-").FullName)
    {
    }

    public TempFolder(string path) => Path = Directory.CreateDirectory(path).FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
