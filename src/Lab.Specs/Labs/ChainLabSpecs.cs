using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using Best = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;
using Bio = System.Func<long, (TorchSharp.torch.Tensor Transitions, TorchSharp.torch.Tensor Start)>;

namespace Lab.Specs.Labs;

/// <summary>The tags of the best path, against the best of all paths.</summary>
public sealed class BestTagsSpec : LabSpec<Best, ChainCase>
{
    private static Tensor BestTags(Tensor emissions, Tensor transitions, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return Crf.Viterbi(emissions, transitions, null, null, mask).Tags.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Best Op => BestTags;

    /// <inheritdoc/>
    public override Best Oracle => (emissions, transitions, mask) => new ViterbiSpec().Oracle(emissions, transitions, null, null, mask, default).Tags;

    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any.Select(c => c with { Ends = false, Forbidden = 0, Form = CrfForm.Auto, Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ChainCase @case, IReadOnlyList<Argument> arguments) => @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <summary>What the tags score: of paths that score the same any will do.</summary>
    public override Tensor[] Call(Best op, ChainCase @case, Tensor[] arguments)
    {
        var x = @case.Unpack(arguments);
        using var tags = op(x.Emissions, x.Transitions, x.Mask);
        return tags.dtype == ScalarType.Int64 && tags.shape.AsSpan().SequenceEqual(x.Emissions.shape.AsSpan(0, 2))
            ? [ViterbiSpec.Rescored(x, tags)]
            : throw new InvalidOperationException($"tags must be int64 [{x.Emissions.size(0)}, {x.Emissions.size(1)}], got {tags.dtype} [{string.Join(", ", tags.shape)}].");
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Best, ChainCase>> OwnLaws =>
    [
        Own("no path scores higher", "On chains of 20 places no path drawn at random scores more than the one found.", (op, c) =>
        {
            var x = (c with { B = 2, T = 20, K = 7, Masking = Masking.None }).Drawn();
            var best = ViterbiSpec.Rescored(x, op(x.Emissions, x.Transitions, ones([2, 20], ScalarType.Bool)));
            using var generator = new Generator((ulong)c.Seed, CPU);
            var rivals = randint(0, 7, [30, 2, 20], dtype: ScalarType.Int64, generator: generator).unbind(0);
            return rivals.Aggregate(Verdict.Holds, (verdict, tags) => verdict.Then(() => Verdict.Require(
                (ViterbiSpec.Rescored(x, tags) <= best + 1e-9).all().ToBoolean(), "A random path scores higher.")));
        }) with { Cases = 5 },
        Own("the way back begins at a chain's own end", "With mask [1, 0] the first tag is the best by itself, whatever the step to the padding would like; the padding has tag -100.", (op, _) =>
        {
            var emissions = tensor(new double[,] { { 1, 0 }, { 0, 0 } }).unsqueeze(0);
            var (transitions, mask) = (tensor(new double[,] { { 0, 0 }, { 10, 0 } }), tensor(new[,] { { true, false } }));
            return Comparison.Same("tags", op(emissions, transitions, mask), tensor(new[,] { { 0L, Crf.PaddingTag } }), Exactly)
                .On([new("emissions", emissions), new("transitions", transitions), new("mask", mask)]);
        }) with { Cases = 1 },
    ];
}

/// <summary>A number of entity types.</summary>
public sealed record BioCase : LabCase
{
    /// <summary>Types of entities.</summary>
    public int Types { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [];
}

/// <summary>What BIO forbids, against looking at the labels' letters.</summary>
public sealed class BioScoresSpec : LabSpec<Bio, BioCase>
{
    private static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        using var scope = NewDisposeScope();
        var forbidden = TagConstraints.Bio(Labels(types)).Forbidden();
        return (Scores(forbidden.Transitions), Scores(forbidden.Start));

        static Tensor Scores(Tensor forbidden) => zeros_like(forbidden, ScalarType.Float32).masked_fill(forbidden, double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Bio Op => BioScores;

    /// <inheritdoc/>
    public override Bio Oracle => types =>
    {
        var labels = Labels(types);
        float Score(string before, string after) => after[0] != 'I' || (before.Length > 1 && before[1..] == after[1..]) ? 0 : float.NegativeInfinity;
        var transitions = labels.SelectMany(before => labels.Select(after => Score(before, after)));
        return (tensor(transitions.ToArray()).reshape(labels.Length, labels.Length), tensor(labels.Select(label => Score("O", label)).ToArray()));
    };

    /// <inheritdoc/>
    public override Gen<BioCase> Cases => Gen.Choose(1, 4).Select(types => new BioCase { Types = types });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Bio op, BioCase @case, Tensor[] arguments)
    {
        var (transitions, start) = op(@case.Types);
        return [transitions, start];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Bio, BioCase>> OwnLaws =>
    [
        Own("a decoder that uses them puts out spans", "Viterbi over any emissions never puts I-X behind anything but B-X and I-X, nor first.", (op, c) =>
        {
            var (transitions, start) = op(c.Types);
            var emissions = randn([3, 6, 2 * c.Types + 1], generator: new Generator((ulong)c.Types, CPU));
            emissions.narrow(2, 2, 1).add_(3);                            // I-1 is tempting
            var tags = Crf.Viterbi(emissions, transitions, start).Tags;
            var bio = TagConstraints.Bio(Labels(c.Types));
            return Enumerable.Range(0, 3).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() =>
            {
                var row = tags[b].data<long>().ToArray();
                return Verdict.Require(row.All(t => t >= 0), "Everything is forbidden.")
                    .Then(() => Verdict.Require(bio.Allow(row), $"It put out {string.Join(" ", row.Select(t => bio.Labels[(int)t]))}."));
            }));
        }) with { Cases = 4 },
        Own("nothing else is forbidden", "With emissions that ask for O B-1 I-1 O B-1 B-1, these are what comes out.", (op, c) =>
        {
            var (transitions, start) = op(c.Types);
            long[] wanted = [0, 1, 2, 0, 1, 1];
            var emissions = nn.functional.one_hot(tensor(wanted), 2 * c.Types + 1).to(ScalarType.Float32).unsqueeze(0);
            return Comparison.Same("tags", Crf.Viterbi(emissions, transitions, start).Tags, tensor(wanted).unsqueeze(0), Exactly);
        }) with { Cases = 4 },
    ];

    private static string[] Labels(long types) =>
        ["O", .. Enumerable.Range(1, (int)types).SelectMany(type => (string[])[$"B-{type}", $"I-{type}"])];
}
