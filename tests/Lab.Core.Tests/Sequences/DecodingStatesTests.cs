using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sequences;

/// <summary>What a strategy does with the states that it gets, and when.</summary>
public sealed class DecodingStatesTests
{
    [Fact]
    public void Every_state_is_freed_but_the_first()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        using var generator = new Generator(1, CPU);
        var options = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 6);

        Decode.Greedy(counted, start, Counted.First, options);
        Decode.Sample(counted, start, Counted.First, options, generator);
        Decode.Beam(counted, start, Counted.First, options, new(4));
        Decode.DiverseBeam(counted, start, Counted.First, options, new(4), 2, 0.5);

        Assert.True(counted.Made > 10);
        Assert.Equal(1, counted.Alive);
    }

    [Fact]
    public void A_stream_gives_what_the_strategy_gives_and_steps_when_asked()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        var options = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 6);
        var whole = Decode.Greedy(counted, start, Counted.First, options);

        var before = counted.Steps;
        var seen = new List<IReadOnlyList<long>>();
        foreach (var tokens in Decode.Stream(counted, start, Counted.First, options))
        {
            seen.Add(tokens);
            Assert.Equal(before + seen.Count, counted.Steps);
        }
        Assert.Equal(whole.Tokens.transpose(0, 1).contiguous().data<long>().ToArray(), seen.SelectMany(s => s));
    }

    [Fact]
    public void A_sampled_stream_gives_what_the_sample_gives()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        using var one = new Generator(5, CPU);
        using var other = new Generator(5, CPU);
        var options = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 6);
        Assert.Equal(
            Decode.Sample(counted, start, Counted.First, options, one).Tokens.transpose(0, 1).contiguous().data<long>().ToArray(),
            Decode.Stream(counted, start, Counted.First, options, other).SelectMany(s => s));
    }

    [Fact]
    public void Who_stops_reading_a_stream_leaves_nothing_behind()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        foreach (var _ in Decode.Stream(counted, start, Counted.First, new(Eos: 0, Pad: -1, MaxLength: 6)))
            break;
        Assert.Equal(1, counted.Alive);
    }

    [Fact]
    public void A_rule_that_throws_leaves_nothing_behind()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        var options = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 6)
        {
            Rule = (z, y) => y.size(1) < 2 ? z : throw new TimeoutException(),
        };
        Assert.Throws<TimeoutException>(() => Decode.Greedy(counted, start, Counted.First, options));
        Assert.Throws<TimeoutException>(() => Decode.Beam(counted, start, Counted.First, options, new(3)));
        Assert.Equal(1, counted.Alive);
    }

    [Fact]
    public void The_rule_never_has_the_last_word_over_the_constraint()
    {
        using var scope = NewDisposeScope();
        var counted = new Counted();
        using var start = counted.Start(3);
        var options = new DecodingOptions(Eos: 0, Pad: -1, MaxLength: 4)
        {
            Rule = (z, _) => LogitFilter.Suppress(z, 1),
            Constraint = TokenAutomaton.Positions([[1], [1], [2]], 3),
        };
        Assert.Equal([1L, 1, 2, 0], Decode.Greedy(counted, start, Counted.First, options).Tokens[0].data<long>().ToArray());
        Assert.Equal([1L, 1, 2, 0], Decode.Beam(counted, start, Counted.First, options, new(2)).Tokens[0, 0].data<long>().ToArray());
    }

    /// <summary>A table-driven model that counts its steps and the states that are alive.</summary>
    private sealed class Counted : IDecoderModel
    {
        private readonly MarkovModel model = new(randn([3, 9, 3], generator: new Generator(3, CPU)) - tensor([3f, 0, 0]));

        public int Steps { get; private set; }

        public int Made { get; private set; }

        public int Alive { get; private set; }

        public static Tensor First => full([3], 2, dtype: TorchSharp.torch.ScalarType.Int64);

        public IDecoderState Start(long rows) => Own(model.Start(rows));

        public DecoderStep Step(Tensor tokens, IDecoderState state)
        {
            Steps++;
            var step = model.Step(tokens, ((State)state).Inner);
            return step with { State = Own(step.State) };
        }

        private State Own(IDecoderState inner)
        {
            (Made, Alive) = (Made + 1, Alive + 1);
            return new State(this, inner);
        }

        private sealed class State(Counted owner, IDecoderState inner) : IDecoderState
        {
            public IDecoderState Inner => inner;

            public IDecoderState Reorder(Tensor rows) => owner.Own(inner.Reorder(rows));

            public void Dispose()
            {
                inner.Dispose();
                owner.Alive--;
            }
        }
    }
}
