namespace Lab.Core.Runtime;

/// <summary>The user's cache folder: what lies there can be made again at any time.</summary>
internal static class UserCache
{
    /// <summary>The kit's folder in it; null where the user has none. It need not exist yet.</summary>
    public static string? Folder
    {
        get
        {
            var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var root =
                OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.IsPathFullyQualified(named ?? "") ? named!     // a relative one is to be ignored, says XDG
                : home.Length == 0 ? ""
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Path.Combine(home, ".cache");
            return root.Length == 0 ? null : Path.Combine(root, "lab-kit");
        }
    }
}
