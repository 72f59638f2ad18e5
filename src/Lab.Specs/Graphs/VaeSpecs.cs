using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Graphs;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using Divergence = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Graphs;

/// <summary>Latent Gaussians.</summary>
public sealed record GaussianCase : Case
{
    /// <summary>Examples.</summary>
    public int B { get; init; } = 1;

    /// <summary>Latent numbers.</summary>
    public int Z { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("mean", Numbers().Reals(B, Z)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("logVariance", Numbers(1).Between(-4, 4, B, Z) * Math.Min(Scale, 1)) { Differentiable = true, BatchDim = 0, Extremes = [-1e4, 20] },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Z > 1)
            yield return this with { Z = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The divergence of Gaussians against the mean of log q - log p, by quadrature.</summary>
public sealed class GaussianKullbackLeiblerSpec : Spec<Divergence, GaussianCase>
{
    /// <inheritdoc/>
    public override Divergence Op => Graph.GaussianKullbackLeibler;

    /// <summary>Three points of Gauss-Hermite quadrature are exact for polynomials of degree 5; log q - log p is of degree 2.</summary>
    public override Divergence Oracle => (mean, logVariance) =>
    {
        var total = zeros_like(mean);
        foreach (var (point, weight) in new[] { (-Math.Sqrt(3), 1.0 / 6), (0.0, 2.0 / 3), (Math.Sqrt(3), 1.0 / 6) })
        {
            var z = mean + (logVariance / 2).exp() * point;
            total = total + weight * (-logVariance / 2 - point * point / 2 + z * z / 2);
        }
        return total.sum(1);
    };

    /// <inheritdoc/>
    public override Gen<GaussianCase> Cases =>
        from b in Gen.Choose(1, 3)
        from z in Gen.Choose(1, 3)
        from scale in Gen.Elements(0.0, 1e-4, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new GaussianCase { B = b, Z = z, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tensor[] Call(Divergence op, GaussianCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], arguments[1])];
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;             // exp(4) and the square of 30 leave no digits

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Divergence>> BadInputs =>
    [
        new("null for mean", "mean", () => [ones(2, 3)], (op, x) => op(null!, x[0])),
        new("integer mean", "mean", () => [ones([2, 3], ScalarType.Int64), ones(2, 3)], (op, x) => op(x[0], x[1])),
        new("a vector", "mean", () => [ones(3), ones(3)], (op, x) => op(x[0], x[1])),
        new("null for logVariance", "logVariance", () => [ones(2, 3)], (op, x) => op(x[0], null!)),
        new("log-variances that would broadcast", "logVariance", () => [ones(2, 3), ones(1, 3)], (op, x) => op(x[0], x[1])),
        new("log-variances of another dtype", "logVariance", () => [ones(2, 3), ones([2, 3], ScalarType.Float64)], (op, x) => op(x[0], x[1])),
        new("log-variances on another device", "logVariance", () => [ones(2, 3), ones([2, 3], device: META)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Divergence, GaussianCase>> OwnLaws =>
    [
        Own("it is never below 0, and 0 for the standard normal", "No distribution is nearer to a distribution than itself.", (op, c) =>
        {
            var x = c.Draw();
            return Verdict.Require(op(x[0].Value, x[1].Value).ge(0).all().ToBoolean(), "A divergence is negative.")
                .Then(() => Comparison.Same("divergence", op(zeros_like(x[0].Value), zeros_like(x[1].Value)), zeros(c.B, dtype: ScalarType.Float64), new Tolerance(0, 0)));
        }),
        Own("small log-variances keep their digits", "With v = 1e-6 it is v²/4 in float32 too, not what rounding leaves of exp(v) - 1 - v.", (op, c) =>
            Comparison.Same("divergence", op(zeros([1, 1]), full([1, 1], 1e-2f)), full([1], 2.5083543e-5), new Tolerance(1e-4, 0))) with { Cases = 1 },
    ];
}

/// <summary>Sizes of an autoencoder of graphs, and graphs.</summary>
public sealed record VaeCase : ModuleCase
{
    /// <summary>Graphs.</summary>
    public int B { get; init; } = 2;

    /// <summary>Slots.</summary>
    public int N { get; init; } = 3;

    /// <summary>Rounds of refinement.</summary>
    public int K { get; init; } = 2;

    private const int A = 2, E = 3, D = 3, Z = 2;

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        new("embed.weight", A, D), .. Messages("encoder.0"), new("mean.weight", Z, D), new("mean.bias", Z), new("logVariance.weight", Z, D),
        new("logVariance.bias", Z), new("slots", N, D), new("expand.weight", D, Z), new("expand.bias", D), new("start.weight", D, D),
        new("start.bias", D), .. Messages("refine"), new("classify.weight", A, D), new("classify.bias", A), new("edges.node.weight", D, D),
        new("edges.node.bias", D), new("edges.product.weight", D, D), new("edges.classify.weight", E, D), new("edges.classify.bias", E),
    ];

    private static StateEntry[] Messages(string name) =>
    [
        new($"{name}.message.weight", (E - 1) * D, D), new($"{name}.combine.weight", D, 2 * D), new($"{name}.combine.bias", D),
        new($"{name}.output.weight", D, D), new($"{name}.output.bias", D),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 1, 1];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("nodes", Numbers().Indices(A, B, N)) { BatchDim = 0 },
        new("edges", GraphCase.RandomEdges(Numbers(1), E, B, N)) { BatchDim = 0 },
        new("noise", Numbers(2).Reals(B, Z)) { Differentiable = true, BatchDim = 0, Extremes = [30, -30] },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (K > 0)
            yield return this with { K = K - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>The network of the case's sizes.</summary>
    internal GraphVae Make() => new(N, A, E, D, Z, 1, K);
}

/// <summary>The autoencoder of graphs against its equations, with the oracles of the layers that it is made of.</summary>
public sealed class GraphVaeSpec : ModuleSpec<GraphVae, VaeCase>
{
    /// <inheritdoc/>
    protected internal override VaeCase Usual => new() { Seed = 3 };

    /// <inheritdoc/>
    public override Gen<VaeCase> Cases =>
        from b in Gen.Choose(1, 2)
        from n in Gen.Choose(1, 3)
        from k in Gen.Choose(0, 2)
        from seed in Gen.Choose(0, int.MaxValue)
        select new VaeCase { B = b, N = n, K = k, Seed = seed };

    /// <inheritdoc/>
    public override bool SmoothAt(VaeCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-9);       // rounds feed on each other

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(5000 * magnitude);

    /// <inheritdoc/>
    protected internal override GraphVae Make(VaeCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Make();
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(GraphVae module, VaeCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        var output = module.call(inputs[0], inputs[1], inputs[2]);
        var edges = where(output.EdgeLogits.isneginf(), full_like(output.EdgeLogits, -7), output.EdgeLogits);
        return [.. new[] { output.Mean, output.LogVariance, output.NodeLogits, edges }.Select(t => t.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(VaeCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(p);
        var (passing, head) = (new MessagePassingSpec(), new EdgeSetHeadSpec());
        var shape = new GraphCase { D = 3, E = 2, N = @case.N };
        var hard = F.one_hot(inputs[1], 3).narrow(3, 1, 2).to(inputs[2].dtype);
        var x = passing.Reference(shape, [p["embed.weight"].index_select(0, inputs[0].flatten()).reshape([.. inputs[0].shape, 3]), hard], Part("encoder.0."))[0];
        var whole = x.sum(1);
        var (mean, spread) = (Layer("mean", whole), Layer("logVariance", whole));
        var z = mean + (spread / 2).exp() * inputs[2];
        var slots = Layer("start", (p["slots"] + Layer("expand", z).unsqueeze(1)).relu());
        var (nodes, edges) = (new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k <= @case.K; k++)
        {
            nodes.Add(Layer("classify", slots));
            edges.Add(head.Reference(shape with { E = 3 }, [slots], Part("edges."))[0]);
            slots = passing.Reference(shape, [slots, edges[^1].softmax(3).narrow(3, 1, 2)], Part("refine."))[0];
        }
        return [mean, spread, stack(nodes), stack(edges)];

        Tensor Layer(string name, Tensor t) => F.linear(t, p[$"{name}.weight"], p[$"{name}.bias"]);

        Dictionary<string, Tensor> Part(string prefix) => p.Where(q => q.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(q => q.Key[prefix.Length..], q => q.Value);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<VaeCase>>> BadInputs =>
    [
        Made("no slots", "slots", () => new GraphVae(0, 2, 2, 2, 2).Dispose()),
        Made("no node types", "nodeTypes", () => new GraphVae(2, 0, 2, 2, 2).Dispose()),
        Made("one edge type", "edgeTypes", () => new GraphVae(2, 2, 1, 2, 2).Dispose()),
        Made("no width", "width", () => new GraphVae(2, 2, 2, 0, 2).Dispose()),
        Made("no latent numbers", "latent", () => new GraphVae(2, 2, 2, 2, 0).Dispose()),
        Made("no depth", "depth", () => new GraphVae(2, 2, 2, 2, 2, 0).Dispose()),
        Made("rounds below 0", "rounds", () => new GraphVae(2, 2, 2, 2, 2, 1, -1).Dispose()),
        Given("more nodes than slots", "nodes", () => [zeros([1, 4], ScalarType.Int64), zeros([1, 4, 4], ScalarType.Int64), ones(1, 2)], (m, x) => m.call(x[0], x[1], x[2])),
        Given("a node type that there is not", "nodes", () => [full([1, 3], 2, ScalarType.Int64), zeros([1, 3, 3], ScalarType.Int64), ones(1, 2)], (m, x) => m.call(x[0], x[1], x[2])),
        Given("null for edges", "edges", () => [zeros([1, 3], ScalarType.Int64), ones(1, 2)], (m, x) => m.call(x[0], null!, x[1])),
        Given("null for noise", "noise", () => [zeros([1, 3], ScalarType.Int64), zeros([1, 3, 3], ScalarType.Int64)], (m, x) => m.call(x[0], x[1], null!)),
        Given("noise of another width", "noise", () => [zeros([1, 3], ScalarType.Int64), zeros([1, 3, 3], ScalarType.Int64), ones(1, 3)], (m, x) => m.call(x[0], x[1], x[2])),
        Given("noise of another dtype", "noise", () => [zeros([1, 3], ScalarType.Int64), zeros([1, 3, 3], ScalarType.Int64), ones([1, 2], ScalarType.Float64)], (m, x) => m.call(x[0], x[1], x[2])),
        Given("null for latents", "latents", () => [], (m, _) => m.Decode(null!)),
        Given("latents of another width", "latents", () => [ones(1, 3)], (m, x) => m.Decode(x[0])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<VaeCase>, VaeCase>> ModelLaws =>
    [
        Own("the code of a graph does not depend on its numbering", "Renumbered, a graph has the same latent vector and the same frames.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            using var generator = new Generator((ulong)c.Seed, CPU);
            var order = randperm(c.N, generator: generator);
            Tensor[] moved = [x[0].index_select(1, order), x[1].index_select(1, order).index_select(2, order), .. x[2..]];
            var (got, expected) = (Call(op, c, moved), Call(op, c, x));
            return got.Select((t, i) => (t, i)).Aggregate(Verdict.Holds, (v, p) => v.Then(() => Comparison.Same($"result {p.i + 1}", p.t, expected[p.i], Tolerance)));
        }),
        Own("decoding the latent vector gives the frames", "Decode(z) is what forward put out for the z that it drew.", (_, c) =>
        {
            var (module, x) = Drawn(c);
            using var kept = module;
            var output = module.call(x[0], x[1], x[2]);
            var frames = module.Decode(output.Mean + (output.LogVariance / 2).exp() * x[2]);
            return Comparison.Same("node logits", frames.NodeLogits, output.NodeLogits, Tolerance)
                .Then(() => Comparison.Same("edge logits", frames.EdgeLogits, output.EdgeLogits, Tolerance));
        }),
    ];
}
