using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sequences;

public sealed class TensorStateTests
{
    [Fact]
    public void A_state_outlives_the_scope_it_was_made_in_and_is_freed_by_dispose()
    {
        TensorState state;
        using (NewDisposeScope())
            state = new TensorState(arange(3), ones(3, 2));
        Assert.False(state.Tensors[0].IsInvalid);

        state.Dispose();
        Assert.All(state.Tensors, t => Assert.True(t.IsInvalid));
    }

    [Fact]
    public void Rows_are_dropped_doubled_and_put_in_another_order()
    {
        using var scope = NewDisposeScope();
        using var state = new TensorState([arange(3), arange(6).reshape(2, 3)], [0, 1]);
        using var other = (TensorState)state.Reorder(tensor([2L, 0, 2, 2]));

        Assert.Equal([2L, 0, 2, 2], other.Tensors[0].data<long>().ToArray());
        Assert.Equal([2L, 0, 2, 2, 5, 3, 5, 5], other.Tensors[1].data<long>().ToArray());
    }

    [Fact]
    public void A_reordered_state_lives_on_without_the_first_one()
    {
        using var scope = NewDisposeScope();
        var state = new TensorState(arange(3));
        using var other = (TensorState)state.Reorder(tensor([1L]));
        state.Dispose();
        Assert.Equal(1, other.Tensors[0].item<long>());
    }

    [Fact]
    public void Tensors_of_different_rows_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("tensors", Assert.Throws<ArgumentException>(() => new TensorState(ones(2), ones(3))).ParamName);
        Assert.Equal("rowDims", Assert.Throws<ArgumentException>(() => new TensorState([ones(2)], [0, 0])).ParamName);
        Assert.Equal("rowDims", Assert.Throws<ArgumentOutOfRangeException>(() => new TensorState([ones(2)], [1])).ParamName);
    }
}
