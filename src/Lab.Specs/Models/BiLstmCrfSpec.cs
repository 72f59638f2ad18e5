using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<Lab.Specs.Models.BiLstmNumbers, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Models;

/// <summary>The numbers of a BiLSTM-CRF, by their names in the state dictionary.</summary>
/// <param name="Parameters">In the order of <see cref="BiLstmCase.Shapes"/>.</param>
public sealed record BiLstmNumbers(IReadOnlyList<Tensor> Parameters)
{
    /// <summary>A model of the library with these numbers, without dropout.</summary>
    public BiLstmCrf Build()
    {
        var (words, embed) = (Parameters[0].size(0), Parameters[0].size(1));
        var model = new BiLstmCrf(words, Parameters[^1].size(0), embed, Parameters[2].size(1), dropout: 0);
        model.to(Parameters[0].device, Parameters[0].dtype);
        var byName = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using var noGrad = no_grad();
        foreach (var ((name, _), value) in BiLstmCase.Shapes(1, 1, 1, 1).Zip(Parameters))
            byName[name].copy_(value);
        return model;
    }
}

/// <summary>A few short sentences over a few words.</summary>
public sealed record BiLstmCase : Case
{
    private static readonly string[] ways = ["", "_reverse"];

    /// <summary>Sentences B.</summary>
    public required int B { get; init; }

    /// <summary>Places T.</summary>
    public required int T { get; init; }

    /// <summary>Width of the embedding.</summary>
    public required int Embed { get; init; }

    /// <summary>Width of the LSTM in each direction.</summary>
    public required int Hidden { get; init; }

    /// <summary>Words V.</summary>
    public int V { get; } = 5;

    /// <summary>Tags K.</summary>
    public int K { get; } = 3;

    /// <summary>Names and shapes of all parameters, as documented.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Shapes(long words, long embed, long hidden, long tags) =>
    [
        ("embedding.weight", [words, embed]),
        .. ways.SelectMany(way => new (string, long[])[]
        {
            ($"lstm.weight_ih_l0{way}", [4 * hidden, embed]), ($"lstm.weight_hh_l0{way}", [4 * hidden, hidden]),
            ($"lstm.bias_ih_l0{way}", [4 * hidden]), ($"lstm.bias_hh_l0{way}", [4 * hidden]),
        }),
        ("emission.weight", [tags, 2 * hidden]), ("emission.bias", [tags]),
        ("crf.transitions", [tags, tags]), ("crf.start", [tags]), ("crf.end", [tags]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("words", Numbers().Indices(V, B, T)) { BatchDim = 0 },
        new("tags", Numbers(1).Indices(K, B, T)) { BatchDim = 0 },
        new("mask", arange(T).expand(B, T) < Numbers(2).Indices(T + 1, B, 1)) { BatchDim = 0 },
        .. Shapes(V, Embed, Hidden, K).Select((p, i) => new Argument(p.Name, Parameter(i, p.Shape)) { Extremes = p.Name == "emission.bias" ? [1e4, -1e4] : [] }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (Embed > 1)
            yield return this with { Embed = 1 };
        if (Hidden > 1)
            yield return this with { Hidden = 1 };
    }

    private Tensor Parameter(int index, long[] shape)
    {
        using var generator = new Generator((ulong)Seed + (ulong)index, CPU);
        return randn(shape, ScalarType.Float64, generator: generator);
    }
}

/// <summary>The model against an LSTM written out, gate by gate, on each sentence alone, and all paths of tags.</summary>
public sealed class BiLstmCrfSpec : Spec<Op, BiLstmCase>
{
    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(BiLstmCrf);

    /// <inheritdoc/>
    public override Op Op => (numbers, words, tags, mask) =>
    {
        using var scope = NewDisposeScope();
        using var model = numbers.Build();
        using var noGrad = no_grad();
        return model.call(words, tags, mask).MoveToOuterDisposeScope();
    };

    /// <inheritdoc/>
    public override Op Oracle => (numbers, words, tags, mask) => stack([.. Enumerable.Range(0, (int)words.size(0)).Select(b =>
    {
        var (p, length) = (numbers.Parameters, mask[b].sum().ToInt32());
        if (length == 0)
            return zeros([], p[0].dtype);
        var vectors = Enumerable.Range(0, length).Select(t => p[0][words[b, t].ToInt64()]).ToArray();
        var (there, back) = (Read(vectors, p, 1), Read([.. vectors.Reverse()], p, 5));
        var emissions = stack([.. there.Select((h, t) => p[9].matmul(cat([h, back[length - 1 - t]])) + p[10])]).unsqueeze(0);
        var all = AllPaths.Of(new(emissions, null, p[11], p[12], p[13], null))[0];
        return all.LogPartition - all.Scores[all.Number(tags[b].unsqueeze(0), 0, 3)];
    })]);

    /// <inheritdoc/>
    public override Gen<BiLstmCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from embed in Gen.Choose(1, 3)
        from hidden in Gen.Choose(1, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BiLstmCase { B = b, T = t, Embed = embed, Hidden = hidden, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false; // in words; the parameters have a law of their own

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // the library's LSTM on the CPU

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(BiLstmCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var mask = arguments[2].Value;
        return mask.all().ToBoolean() ? null : [.. arguments.Select(a => a.Name switch
        {
            "words" => a.With(a.Value.masked_fill(mask.logical_not(), 1_000_000)),
            "tags" => a.With(a.Value.masked_fill(mask.logical_not(), -100)),
            _ => a,
        })];
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, BiLstmCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(new(arguments[3..]), arguments[0], arguments[1], arguments[2])];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        Made("no words", "words", () => new BiLstmCrf(0, 3)),
        Made("no tags", "tags", () => new BiLstmCrf(5, 0)),
        Made("no embedding", "embed", () => new BiLstmCrf(5, 3, embed: 0)),
        Made("no hidden width", "hidden", () => new BiLstmCrf(5, 3, hidden: 0)),
        Made("no layers", "layers", () => new BiLstmCrf(5, 3, layers: 0)),
        Made("dropout of everything", "dropout", () => new BiLstmCrf(5, 3, dropout: 1)),
        Made("constraints of other labels", "constraints", () => new BiLstmCrf(5, 3, constraints: Core.Sequences.TagConstraints.Bio(["O"]))),
        Use("null for words", "words", () => [], (model, _) => model.Emissions(null!)),
        Use("words one by one", "words", () => [Words(3)], (model, x) => model.Emissions(x[0])),
        Use("sentences without places", "words", () => [Words(3, 0)], (model, x) => model.Emissions(x[0])),
        Use("words as floats", "words", () => [ones(2, 3)], (model, x) => model.Emissions(x[0])),
        Use("a word that there is not", "words", () => [full([2, 3], 5, ScalarType.Int64)], (model, x) => model.Emissions(x[0])),
        Use("words on another device", "words", () => [zeros([2, 3], ScalarType.Int64, META)], (model, x) => model.Emissions(x[0])),
        Use("a float mask", "mask", () => [Words(2, 3), ones(2, 3)], (model, x) => model.Emissions(x[0], x[1])),
        Use("a mask of another length", "mask", () => [Words(2, 3), ones([2, 4], ScalarType.Bool)], (model, x) => model.Emissions(x[0], x[1])),
        Use("a mask with a hole", "mask", () => [Words(1, 3), tensor(new[,] { { true, false, true } })], (model, x) => model.Emissions(x[0], x[1])),
        Use("a tag that there is not", "tags", () => [Words(2, 3), full([2, 3], 3, ScalarType.Int64)], (model, x) => model.call(x[0], x[1], null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, BiLstmCase>> OwnLaws =>
    [
        Own("the state has the documented names and shapes", "Embedding, LSTM in both directions, emission, and the CRF's three.", (_, c) =>
        {
            using var model = new BiLstmCrf(c.V, c.K, c.Embed, c.Hidden);
            var (got, expected) = (Text(model.state_dict().Select(s => (s.Key, s.Value.shape))), Text(BiLstmCase.Shapes(c.V, c.Embed, c.Hidden, c.K)));
            return Verdict.Require(got == expected, $"The state is {got}, expected {expected}.");
        }),
        Own("parameters learn as the oracle's would", "The gradient in every parameter equals that of the LSTM written out.", (_, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var model = new BiLstmNumbers(drawn[3..]).Build();
            model.call(drawn[0], drawn[1], drawn[2]).sum().backward();
            var leaves = drawn[3..].Select(p => p.clone().requires_grad_()).ToArray();
            var expected = Oracle(new(leaves), drawn[0], drawn[1], drawn[2]).sum();
            if (!expected.requires_grad)
                return Verdict.DoesNotApply;
            expected.backward();
            var byName = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            return BiLstmCase.Shapes(1, 1, 1, 1).Zip(leaves).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() => Comparison.Same(
                $"gradient in {pair.First.Name}", byName[pair.First.Name].grad!, pair.Second.grad ?? zeros_like(pair.Second), new Tolerance(1e-8, 1e-10))));
        }) with { Cases = 30 },
        Own("a sentence has the same tags in any batch", "Decoded alone it gets the tags that it gets among others, padding marked.", (_, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            using var model = new BiLstmNumbers(drawn[3..]).Build();
            var tags = model.Decode(drawn[0], drawn[2]).Tags;
            return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() =>
            {
                var length = drawn[2][b].sum().ToInt64();
                var padding = full([c.T - length], Core.Sequences.Crf.PaddingTag, ScalarType.Int64);
                var alone = length == 0 ? padding : cat([model.Decode(drawn[0].narrow(0, b, 1).narrow(1, 0, length)).Tags[0], padding]);
                return Comparison.Same("tags", tags[b], alone, new Tolerance(0, 0));
            }));
        }) with { Cases = 40 },
        Own("dropout is for training alone", "In training mode two losses differ; in evaluation they are equal.", (_, c) =>
        {
            using var model = new BiLstmCrf(5, 3, embed: 40, hidden: 7, dropout: 0.5);
            var (words, tags) = (Words(2, 3) + 1, Words(2, 3));
            model.train();
            var differ = !model.call(words, tags, null).Equals(model.call(words, tags, null));
            model.eval();
            return Verdict.Require(differ, "Two losses in training are equal.").Then(() =>
                Comparison.Same("loss", model.call(words, tags, null), model.call(words, tags, null), new Tolerance(0, 0)));
        }) with { Cases = 1 },
    ];

    private static List<Tensor> Read(Tensor[] vectors, IReadOnlyList<Tensor> p, int first)
    {
        var hidden = p[first + 1].size(1);
        var (h, cell, all) = (zeros([hidden], p[0].dtype), zeros([hidden], p[0].dtype), new List<Tensor>());
        foreach (var x in vectors)
        {
            var gates = (p[first].matmul(x) + p[first + 1].matmul(h) + p[first + 2] + p[first + 3]).chunk(4);
            cell = gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh();
            h = gates[3].sigmoid() * cell.tanh();
            all.Add(h);
        }
        return all;
    }

    private static string Text(IEnumerable<(string Name, long[] Shape)> entries) =>
        string.Join(", ", entries.Select(e => $"{e.Name} [{string.Join(", ", e.Shape)}]").Order(StringComparer.Ordinal));

    private static Tensor Words(params long[] shape) => zeros(shape, ScalarType.Int64);

    private static BadInput<Op> Made(string description, string parameter, Func<BiLstmCrf> make) =>
        new(description, parameter, () => [], (_, _) => make().Dispose());

    private static BadInput<Op> Use(string description, string parameter, Func<Tensor[]> draw, Action<BiLstmCrf, Tensor[]> use) =>
        new(description, parameter, draw, (_, x) =>
        {
            using var scope = NewDisposeScope();
            using var model = new BiLstmCrf(5, 3, 2, 2);
            use(model, x);
        });
}
