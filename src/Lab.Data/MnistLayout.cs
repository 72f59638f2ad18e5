namespace Lab.Data;

/// <summary>The file names of MNIST and of every set that keeps to its layout.</summary>
internal static class MnistLayout
{
    public static string Images(bool train) => $"{Half(train)}-images-idx3-ubyte";

    public static string Labels(bool train) => $"{Half(train)}-labels-idx1-ubyte";

    /// <summary>The file's path, under any of the spellings in use: plain or <c>.gz</c>, <c>-idx3</c> or <c>.idx3</c>.</summary>
    public static string Find(string folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] spellings = [name, $"{name}.gz", dotted, $"{dotted}.gz"];
        return spellings.Select(spelling => Path.Combine(folder, spelling)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{folder}: wanted a file {string.Join(" or ", spellings)}, found none.");
    }

    private static string Half(bool train) => train ? "train" : "t10k";
}
