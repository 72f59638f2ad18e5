using Lab.Core.Sequences;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sequences;

public sealed class MarkovModelTests
{
    [Fact]
    public void The_next_token_is_scored_by_the_last_two()
    {
        using var scope = NewDisposeScope();
        var model = new MarkovModel(arange(27, dtype: ScalarType.Float64).reshape(9, 3));
        Assert.Equal(2, model.Order);
        using var start = model.Start(2);
        var first = model.Step(tensor([1L, 2]), start);
        var second = model.Step(tensor([0L, 1]), first.State);
        var third = model.Step(tensor([2L, 2]), second.State);

        Assert.Equal([3.0, 6], first.Logits.select(1, 0).data<double>().ToArray());                    // histories 01, 02
        Assert.Equal([9.0, 21], second.Logits.select(1, 0).data<double>().ToArray());                  // 10, 21
        Assert.Equal([6.0, 15], third.Logits.select(1, 0).data<double>().ToArray());                   // 02, 12
        first.State.Dispose();
        second.State.Dispose();
        third.State.Dispose();
    }

    [Fact]
    public void A_state_can_be_stepped_twice_and_reordered()
    {
        using var scope = NewDisposeScope();
        var model = new MarkovModel(randn(2, 9, 3, dtype: ScalarType.Float64));
        using var start = model.Start(2);
        var tokens = tensor([1L, 2]);
        var (once, again) = (model.Step(tokens, start), model.Step(tokens, start));
        using var swapped = start.Reorder(tensor([1L, 0]));
        var other = model.Step(tokens.flip(0), swapped);

        Assert.Equal(once.Logits.data<double>().ToArray(), again.Logits.data<double>().ToArray());
        Assert.Equal(once.Logits.flip(0).data<double>().ToArray(), other.Logits.data<double>().ToArray());
        once.State.Dispose();
        again.State.Dispose();
        other.State.Dispose();
    }

    [Fact]
    public void Bad_tables_states_and_tokens_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("table", Assert.Throws<ArgumentException>(() => new MarkovModel(ones(8, 3))).ParamName);
        Assert.Equal("table", Assert.Throws<ArgumentException>(() => new MarkovModel(ones(3))).ParamName);
        Assert.Equal("table", Assert.Throws<ArgumentException>(() => new MarkovModel(ones([3, 3], dtype: ScalarType.Int64))).ParamName);

        var model = new MarkovModel(ones(2, 3, 3));
        Assert.Equal("rows", Assert.Throws<ArgumentException>(() => model.Start(3)).ParamName);
        using var start = model.Start(2);
        using var foreign = new TensorState(ones(2));
        Assert.Equal("state", Assert.Throws<ArgumentException>(() => model.Step(tensor([0L, 0]), foreign)).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => model.Step(tensor([0L]), start)).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => model.Step(tensor([0L, 3]), start)).ParamName);
    }
}
