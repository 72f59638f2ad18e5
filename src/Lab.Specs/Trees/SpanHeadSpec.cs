using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>A few words, and a head that scores stretches of them.</summary>
public sealed record SpanHeadCase : ModuleCase
{
    /// <summary>Rows B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Words T.</summary>
    public int T { get; init; } = 4;

    /// <summary>Half the width of the features.</summary>
    public int Half { get; init; } = 2;

    /// <summary>Units of the hidden layer.</summary>
    public int A { get; init; } = 5;

    /// <summary>Labels K, the empty one among them.</summary>
    public int K { get; init; } = 3;

    /// <summary>Whether rows end early, some at once.</summary>
    public bool Ragged { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
        [new("between.weight", A, 2 * Half), new("between.bias", A), new("label.weight", K - 1, A), new("label.bias", K - 1)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        var features = new Argument("features", Numbers().Reals(B, T, 2 * Half)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] };
        return Ragged ? [features, new("lengths", Numbers(1).Indices(T + 1, B)) { BatchDim = 0 }] : [features];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (Half > 1)
            yield return this with { Half = 1 };
        if (A > 1)
            yield return this with { A = 1 };
        if (K > 2)
            yield return this with { K = 2 };
        if (Ragged)
            yield return this with { Ragged = false };
    }
}

/// <summary>The head that scores spans against its formula, span by span.</summary>
public sealed class SpanHeadSpec : ModuleSpec<SpanHead, SpanHeadCase>
{
    /// <inheritdoc/>
    protected internal override SpanHeadCase Usual => new() { Seed = 3 };

    /// <inheritdoc/>
    public override Gen<SpanHeadCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from half in Gen.Choose(1, 2)
        from a in Gen.Choose(1, 4)
        from k in Gen.Choose(2, 4)
        from ragged in Gen.Elements(false, true)
        from scale in Gen.Elements(1.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SpanHeadCase { B = b, T = t, Half = half, A = a, K = k, Ragged = ragged, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // differences of sums, summed again

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SpanHeadCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        if (!@case.Ragged)
            return null;
        var behind = (arange(@case.T) >= arguments[1].Value.unsqueeze(1)).unsqueeze(2);
        return [arguments[0].With(arguments[0].Value.masked_fill(behind, double.NaN)), .. arguments.Skip(1)];
    }

    /// <inheritdoc/>
    protected internal override SpanHead Make(SpanHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(2 * @case.Half, @case.A, @case.K);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(SpanHead module, SpanHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs.Count > 1 ? inputs[1] : null)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SpanHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var (features, half) = (inputs[0], @case.Half);
        var nothing = zeros(half, dtype: features.dtype);
        var scores =
            from row in Enumerable.Range(0, (int)features.size(0))
            let words = inputs.Count > 1 ? inputs[1][row].ToInt32() : @case.T
            from i in Enumerable.Range(0, @case.T)
            from j in Enumerable.Range(0, @case.T)
            select i <= j && j < words ? Scored(row, words, i, j) : (0 * p["label.bias"].sum()).expand(@case.K);
        return [features.size(0) == 0 ? zeros(0, @case.T, @case.T, @case.K, dtype: features.dtype) : stack([.. scores]).reshape(-1, @case.T, @case.T, @case.K)];

        Tensor Scored(int row, int words, int i, int j)
        {
            Tensor Before(int post) => post == 0 ? nothing : features[row, post - 1].narrow(0, 0, half);
            Tensor After(int post) => post == words ? nothing : features[row, post].narrow(0, half, half);
            var change = cat([Before(j + 1) - Before(i), After(i) - After(j + 1)]);
            var hidden = ((p["between.weight"] * change).sum(1) + p["between.bias"]).clamp(min: 0);
            return cat([zeros(1, dtype: features.dtype), (p["label.weight"] * hidden).sum(1) + p["label.bias"]]);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SpanHeadCase>>> BadInputs =>
    [
        Made("no width", "width", () => new SpanHead(0, 2, 2).Dispose()),
        Made("a width that two directions cannot share", "width", () => new SpanHead(5, 2, 2).Dispose()),
        Made("no hidden units", "hidden", () => new SpanHead(4, 0, 2).Dispose()),
        Made("no label but the empty one", "labels", () => new SpanHead(4, 2, 1).Dispose()),
        Given("null for features", "features", () => [], (head, _) => head.call(null!, null)),
        Given("integer features", "features", () => [ones([2, 3, 4], ScalarType.Int64)], (head, x) => head.call(x[0], null)),
        Given("features of one row", "features", () => [ones(3, 4)], (head, x) => head.call(x[0], null)),
        Given("features of another width", "features", () => [ones(2, 3, 6)], (head, x) => head.call(x[0], null)),
        Given("features of another dtype", "features", () => [ones([2, 3, 4], ScalarType.Float64)], (head, x) => head.call(x[0], null)),
        Given("features on another device", "features", () => [ones([2, 3, 4], device: META)], (head, x) => head.call(x[0], null)),
        Given("no words", "features", () => [ones(2, 0, 4)], (head, x) => head.call(x[0], null)),
        Given("lengths for other rows", "lengths", () => [ones(2, 3, 4), ones([3], ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
        Given("float lengths", "lengths", () => [ones(2, 3, 4), ones(2)], (head, x) => head.call(x[0], x[1])),
        Given("a length beyond the words", "lengths", () => [ones(2, 3, 4), full([2], 4, ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
        Given("a negative length", "lengths", () => [ones(2, 3, 4), full([2], -1, ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
    ];
}
