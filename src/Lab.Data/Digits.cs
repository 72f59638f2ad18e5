namespace Lab.Data;

/// <summary>The digits that the course trains on: 28 x 28 images of handwriting-like 0 to 9.</summary>
/// <remarks>
/// Without an argument, the 10,000 + 2,000 drawn ones of <c>data/digits</c>. With <c>"mnist"</c> or <c>"fashion-mnist"</c>, the
/// real set after <c>lab data get</c>. With a path that has a slash in it, any folder in MNIST's layout.
/// </remarks>
public static class Digits
{
    /// <summary>The training half.</summary>
    /// <param name="set">A set's name or a folder's path; see <see cref="DataFolder.Find"/>.</param>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public static LabeledImages Train(string set = "digits") => LabeledImages.Load(DataFolder.Find(set), train: true);

    /// <summary>The test half.</summary>
    /// <param name="set">A set's name or a folder's path; see <see cref="DataFolder.Find"/>.</param>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public static LabeledImages Test(string set = "digits") => LabeledImages.Load(DataFolder.Find(set), train: false);
}
