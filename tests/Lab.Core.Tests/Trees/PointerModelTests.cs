using Lab.Core.Sequences.Decoding;
using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class PointerModelTests
{
    private const int Places = 4;

    [Fact]
    public void Whatever_the_weights_the_output_is_a_permutation()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var head = new PointerHead(3, 3, 5);
        var model = new PointerModel(head, (last, hidden) => (last + hidden).tanh());
        var (places, hidden) = (randn(6, Places, 3), randn(6, 3));
        using var start = PointerModel.Start(places, hidden);
        var options = new DecodingOptions(Eos: Places, Pad: -1, MaxLength: Places + 1);
        var first = full([6], Places, ScalarType.Int64);
        var greedy = Decode.Greedy(model, start, first, options);
        var beam = Decode.Beam(model, start, first, options, new BeamOptions(3) { Best = 3 });
        foreach (var row in greedy.Tokens.unbind(0).Concat(beam.Tokens.reshape(-1, beam.Tokens.size(2)).unbind(0)))
            Assert.Equal([0, 1, 2, 3], row.data<long>().ToArray()[..Places].Order());
        Assert.True(greedy.Finished.all().ToBoolean());
    }

    [Fact]
    public void The_state_does_not_see_what_becomes_of_the_tensors_it_was_made_of()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var head = new PointerHead(3, 3, 5);
        var model = new PointerModel(head, (last, hidden) => (last + hidden).tanh());
        var (places, hidden) = (randn(2, Places, 3), randn(2, 3));
        using var start = PointerModel.Start(places, hidden);
        var first = full([2], Places, ScalarType.Int64);
        var before = model.Step(first, start).Logits.clone();
        places.add_(3);
        hidden.add_(3);
        Assert.True(before.Equals(model.Step(first, start).Logits));
    }

    [Fact]
    public void A_beam_that_is_wide_enough_finds_the_most_probable_permutation()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var head = new PointerHead(3, 3, 5);
        var (places, hidden) = (randn(1, Places, 3) * 3, randn(1, 3));
        static Tensor Next(Tensor last, Tensor hidden) => (last + hidden).tanh();
        using var start = PointerModel.Start(places, hidden);
        var found = Decode.Beam(
            new PointerModel(head, Next), start, full([1], Places, ScalarType.Int64), new DecodingOptions(Places, -1, Places + 1), new BeamOptions(24));

        var best = double.NegativeInfinity;
        foreach (var order in Orders([0, 1, 2, 3]))
        {
            var (logProb, state, last) = (0.0, hidden, zeros(1, 3));
            for (var t = 0; t < Places; t++)
            {
                state = Next(last, state);
                var allowed = Pointing.Unused(tensor(order).unsqueeze(0), Places).narrow(1, t, 1);
                logProb += head.call(state.unsqueeze(1), places, allowed).log_softmax(2)[0, 0, order[t]].ToDouble();
                last = places.select(1, order[t]);
            }
            best = Math.Max(best, logProb);
        }
        Assert.Equal(best, found.LogProbs[0, 0].ToDouble(), 4);
    }

    [Fact]
    public void Wrong_shapes_and_states_are_refused()
    {
        using var scope = NewDisposeScope();
        using var head = new PointerHead(3, 3, 5);
        Assert.Throws<ArgumentException>(() => PointerModel.Start(ones(2, 3), ones(2, 3)));
        Assert.Throws<ArgumentException>(() => PointerModel.Start(ones(2, 4, 3), ones(3, 3)));
        using var state = new Lab.Core.Sequences.TensorState(ones(1, 1));
        Assert.Throws<ArgumentException>(() => new PointerModel(head, (a, b) => b).Step(zeros(1, dtype: ScalarType.Int64), state));
    }

    private static IEnumerable<long[]> Orders(long[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(item => Orders([.. items.Where(other => other != item)]).Select(rest => (long[])[item, .. rest]));
}
