using Lab.Data.Text;

namespace Lab.Data.Dates;

/// <summary>Dates as people write them, each with its ISO form: <c>data/dates</c>, or another folder with the same three files.</summary>
public static class DatePairs
{
    /// <summary>The pairs to train on.</summary>
    /// <param name="set">A set's name or a folder's path; see <see cref="DataFolder.Find"/>.</param>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="FileNotFoundException">The set has no such file.</exception>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public static IReadOnlyList<TextPair> Train(string set = "dates") => Read(set, "train");

    /// <summary>The pairs for choices, such as when to stop.</summary>
    /// <param name="set">A set's name or a folder's path.</param>
    public static IReadOnlyList<TextPair> Dev(string set = "dates") => Read(set, "dev");

    /// <summary>The pairs for the final number.</summary>
    /// <param name="set">A set's name or a folder's path.</param>
    public static IReadOnlyList<TextPair> Test(string set = "dates") => Read(set, "test");

    private static IReadOnlyList<TextPair> Read(string set, string part) => TsvPairs.Read(Path.Combine(DataFolder.Find(set), $"{part}.tsv"));
}
