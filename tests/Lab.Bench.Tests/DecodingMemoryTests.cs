namespace Lab.Bench.Tests;

public sealed class DecodingMemoryTests
{
    [Fact]
    public void Long_decoding_holds_no_more_memory_than_short()
    {
        var memory = DecodingMemory.Measure(4_000, TestContext.Current.CancellationToken);
        Assert.Equal(4_000, memory.Steps);
        Assert.True(memory.Early > 0);
        Assert.True(memory.End < memory.Early + 40, memory.ToString());
    }
}
