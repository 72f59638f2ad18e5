namespace Lab.Data.Tests;

/// <summary>Progress reported at once, on the same thread.</summary>
internal sealed class Direct<T>(Action<T> report) : IProgress<T>
{
    private readonly Lock gate = new();

    public void Report(T value)
    {
        lock (gate)
            report(value);
    }
}
