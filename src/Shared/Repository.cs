namespace Lab.Shared;

/// <summary>Where the kit's checkout lies: the nearest folder above this assembly that holds Labs.sln.</summary>
internal static class Repository
{
    private static readonly Lazy<string?> root = new(() => Find(Path.GetDirectoryName(typeof(Repository).Assembly.Location)));

    /// <summary>The checkout's root folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The assembly does not lie inside a checkout.</exception>
    public static string Root => root.Value ?? throw new DirectoryNotFoundException(
        $"No folder above {typeof(Repository).Assembly.Location} holds Labs.sln: run from a checkout of the lab kit.");

    private static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Labs.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
