using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>A few words, and a biaffine head.</summary>
public sealed record BiaffineCase : ModuleCase
{
    /// <summary>Rows B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Words T.</summary>
    public int T { get; init; } = 3;

    /// <summary>Width of the features.</summary>
    public int D { get; init; } = 4;

    /// <summary>Width of the two views.</summary>
    public int A { get; init; } = 5;

    /// <summary>Relations R; 0 for the head that scores arcs.</summary>
    public int R { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => R == 0
        ? [new("root", D), new("head.weight", A, D), new("head.bias", A), new("dependent.weight", A, D), new("dependent.bias", A), new("pair", A, A), new("prior", A)]
        : [new("root", D), new("head.weight", A, D), new("head.bias", A), new("dependent.weight", A, D), new("dependent.bias", A), new("pair", R, A, A),
            new("relation.weight", R, 2 * A), new("relation.bias", R)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        var features = new Argument("features", Numbers().Reals(B, T, D)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] };
        return R == 0 ? [features] : [features, new("heads", Numbers(1).Indices(T + 2, B, T) - 1) { BatchDim = 0 }];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = 1 };
        if (D > 1)
            yield return this with { D = 1 };
        if (A > 1)
            yield return this with { A = 1 };
    }

    internal static Gen<BiaffineCase> Any =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from d in Gen.Choose(1, 4)
        from a in Gen.Choose(1, 4)
        from scale in Gen.Elements(1.0, 1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BiaffineCase { B = b, T = t, D = d, A = a, Scale = scale, Seed = seed };

    /// <summary>A word's vector as one of the two views; position 0 is the root.</summary>
    internal static Tensor View(Tensor features, IReadOnlyDictionary<string, Tensor> p, string name, int row, long position)
    {
        var x = position == 0 ? p["root"] : features[row, position - 1];
        return ((p[$"{name}.weight"] * x).sum(1) + p[$"{name}.bias"]).clamp(min: 0);
    }
}

/// <summary>The head that scores arcs against its formula, arc by arc.</summary>
public sealed class BiaffineArcHeadSpec : ModuleSpec<BiaffineArcHead, BiaffineCase>
{
    /// <inheritdoc/>
    protected internal override BiaffineCase Usual => new() { Seed = 3 };

    /// <inheritdoc/>
    public override Gen<BiaffineCase> Cases => BiaffineCase.Any;

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // products of four numbers, summed over three widths

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude * Math.Max(1, magnitude));

    /// <inheritdoc/>
    protected internal override BiaffineArcHead Make(BiaffineCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.A);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(BiaffineArcHead module, BiaffineCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(BiaffineCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var arcs =
            from row in Enumerable.Range(0, (int)inputs[0].size(0))
            from head in Enumerable.Range(0, @case.T + 1)
            from word in Enumerable.Range(0, @case.T + 1)
            let e = BiaffineCase.View(inputs[0], p, "head", row, head)
            let d = BiaffineCase.View(inputs[0], p, "dependent", row, word)
            select (e.unsqueeze(1) * p["pair"] * d).sum() + (p["prior"] * e).sum();
        return [arcs.Any() ? stack([.. arcs]).reshape(-1, @case.T + 1, @case.T + 1) : zeros(0, @case.T + 1, @case.T + 1, dtype: inputs[0].dtype)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<BiaffineCase>>> BadInputs =>
    [
        Made("no width", "width", () => new BiaffineArcHead(0, 2).Dispose()),
        Made("no width of the views", "arcWidth", () => new BiaffineArcHead(2, 0).Dispose()),
        Given("null for features", "features", () => [], (head, _) => head.call(null!)),
        Given("integer features", "features", () => [ones([2, 3, 4], ScalarType.Int64)], (head, x) => head.call(x[0])),
        Given("features of another width", "features", () => [ones(2, 3, 5)], (head, x) => head.call(x[0])),
        Given("features of another dtype", "features", () => [ones([2, 3, 4], ScalarType.Float64)], (head, x) => head.call(x[0])),
        Given("features on another device", "features", () => [ones([2, 3, 4], device: META)], (head, x) => head.call(x[0])),
        Given("no words", "features", () => [ones(2, 0, 4)], (head, x) => head.call(x[0])),
    ];
}

/// <summary>The head that scores relations against its formula, word by word.</summary>
public sealed class BiaffineLabelHeadSpec : ModuleSpec<BiaffineLabelHead, BiaffineCase>
{
    /// <inheritdoc/>
    protected internal override BiaffineCase Usual => new() { R = 3, Seed = 3, T = 5 };

    /// <inheritdoc/>
    public override Gen<BiaffineCase> Cases =>
        from c in BiaffineCase.Any
        from r in Gen.Choose(1, 3)
        select c with { R = r };

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // products of four numbers, summed over three widths

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude * Math.Max(1, magnitude));

    /// <inheritdoc/>
    protected internal override BiaffineLabelHead Make(BiaffineCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.A, @case.R);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(BiaffineLabelHead module, BiaffineCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(BiaffineCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var words =
            from row in Enumerable.Range(0, (int)inputs[0].size(0))
            from word in Enumerable.Range(0, @case.T)
            let e = BiaffineCase.View(inputs[0], p, "head", row, Math.Max(0, TorchSharp.TensorExtensionMethods.ToInt64(inputs[1][row, word])))
            let d = BiaffineCase.View(inputs[0], p, "dependent", row, word + 1)
            from relation in Enumerable.Range(0, @case.R)
            select (e.unsqueeze(1) * p["pair"][relation] * d).sum() + (p["relation.weight"][relation] * cat([e, d])).sum() + p["relation.bias"][relation];
        return [words.Any() ? stack([.. words]).reshape(-1, @case.T, @case.R) : zeros(0, @case.T, @case.R, dtype: inputs[0].dtype)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<BiaffineCase>>> BadInputs =>
    [
        Made("no width", "width", () => new BiaffineLabelHead(0, 2, 2).Dispose()),
        Made("no width of the views", "labelWidth", () => new BiaffineLabelHead(2, 0, 2).Dispose()),
        Made("no relations", "labels", () => new BiaffineLabelHead(2, 2, 0).Dispose()),
        Given("null for features", "features", () => [zeros([2, 3], ScalarType.Int64)], (head, x) => head.call(null!, x[0])),
        Given("features of another width", "features", () => [ones(2, 3, 5), zeros([2, 3], ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
        Given("null for heads", "heads", () => [ones(2, 3, 4)], (head, x) => head.call(x[0], null!)),
        Given("int32 heads", "heads", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int32)], (head, x) => head.call(x[0], x[1])),
        Given("heads of other words", "heads", () => [ones(2, 3, 4), zeros([2, 4], ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
        Given("a head that there is not", "heads", () => [ones(2, 3, 4), full([2, 3], 4, ScalarType.Int64)], (head, x) => head.call(x[0], x[1])),
    ];
}
