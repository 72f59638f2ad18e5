using Lab.Core.Heads;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Heads;

/// <summary>The index tables of a hierarchical softmax, which no state dictionary moves.</summary>
public sealed class TreeTablesTests
{
    [Fact]
    public void They_are_made_once_for_a_device_and_anew_for_another()
    {
        using var scope = NewDisposeScope();
        using var tables = new TreeTables(CodeTree.Balanced(5, 3));
        var first = tables.On(CPU);
        Assert.Same(first, tables.On(CPU));
        Assert.Equal([2, 3], first.Select(level => level.Width));

        Assert.All(tables.On(META), level => Assert.Equal(DeviceType.META, level.Nodes.device_type));
        Assert.All(first, level => Assert.True(level.Rows.IsInvalid));
        Assert.All(tables.On(CPU), level => Assert.Equal(DeviceType.CPU, level.Branches.device_type));
    }
}
