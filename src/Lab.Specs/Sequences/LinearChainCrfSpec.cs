using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<Lab.Specs.Sequences.CrfLayer, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The numbers of a layer, by their names in the state dictionary, and its constraints.</summary>
/// <param name="Constraints">What the layer is told.</param>
/// <param name="Parameters">transitions <c>[K, K]</c>, start <c>[K]</c>, end <c>[K]</c>.</param>
public sealed record CrfLayer(TagConstraints? Constraints, IReadOnlyList<Tensor> Parameters)
{
    private static readonly string[] names = ["transitions", "start", "end"];

    /// <summary>A layer of the library with these numbers.</summary>
    public LinearChainCrf Build()
    {
        var layer = new LinearChainCrf(Parameters[1].size(0), Constraints);
        layer.to(Parameters[0].device, Parameters[0].dtype);
        foreach (var (name, value) in names.Zip(Parameters))
            Installed.Put(layer, name, value);
        return layer;
    }
}

/// <summary>Chains under a layer whose labels may be constrained.</summary>
public sealed record CrfLayerCase : Case
{
    /// <summary>Chains B.</summary>
    public required int B { get; init; }

    /// <summary>Places T.</summary>
    public required int T { get; init; }

    /// <summary>Whether BIO constraints hold; the labels are then O, B-X and I-X.</summary>
    public bool Constrained { get; init; }

    /// <summary>K: as many labels as there are.</summary>
    public long K { get; } = 3;

    /// <summary>What the layer is told.</summary>
    public TagConstraints? Constraints => Constrained ? TagConstraints.Bio(["O", "B-X", "I-X"]) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("emissions", Numbers().Reals(B, T, K)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("tags", Valid(Numbers(1).Indices(K, B, T))) { BatchDim = 0 },
        new("transitions", Numbers(2).Reals(K, K)) { Differentiable = true },
        new("start", Numbers(3).Reals(K)) { Differentiable = true },
        new("end", Numbers(4).Reals(K)) { Differentiable = true },
        new("mask", arange(T).expand(B, T) < Numbers(5).Indices(T + 1, B, 1)) { BatchDim = 0 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (Constrained)
            yield return this with { Constrained = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Tags that keep to BIO: an I-X that continues nothing becomes a B-X.</summary>
    private Tensor Valid(Tensor tags)
    {
        for (var b = 0; Constrained && b < B; b++)
            for (var t = 0; t < T; t++)
                if (tags[b, t].ToInt64() == 2 && (t == 0 || tags[b, t - 1].ToInt64() == 0))
                    tags[b, t] = 1;
        return tags;
    }
}

/// <summary>The layer against the op with -∞ written by hand where the labels forbid.</summary>
public sealed class LinearChainCrfSpec : Spec<Op, CrfLayerCase>
{
    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(LinearChainCrf);

    /// <inheritdoc/>
    public override Op Op => (numbers, emissions, tags, mask) =>
    {
        using var scope = NewDisposeScope();
        using var layer = numbers.Build();
        return layer.call(emissions, tags, mask).MoveToOuterDisposeScope();
    };

    /// <inheritdoc/>
    public override Op Oracle => (numbers, emissions, tags, mask) =>
    {
        var (transitions, start) = (numbers.Parameters[0], numbers.Parameters[1]);
        if (numbers.Constraints is not null)
        {
            var no = tensor(double.NegativeInfinity, transitions.dtype);
            transitions = where(tensor(new[,] { { false, false, true }, { false, false, false }, { false, false, false } }), no, transitions);
            start = where(tensor([false, false, true]), no, start);
        }
        return AllPaths.Each(new(emissions, null, transitions, start, numbers.Parameters[2], mask), (all, b) =>
            all.LogPartition - all.Scores[all.Number(tags, b, 3)]);
    };

    /// <inheritdoc/>
    public override Gen<CrfLayerCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from constrained in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CrfLayerCase { B = b, T = t, Constrained = constrained, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, CrfLayerCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(Numbers(@case, arguments), arguments[0], arguments[1], arguments[5])];
    }

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("no tags", "tags", () => [], (_, _) => new LinearChainCrf(0).Dispose()),
        new("constraints of other labels", "constraints", () => [], (_, _) => new LinearChainCrf(4, TagConstraints.Bio(["O"])).Dispose()),
        Use("null for emissions", "emissions", () => [], (layer, _) => layer.call(null!, null!, null)),
        Use("emissions of another width", "emissions", () => [ones(2, 3, 4), zeros([2, 3], ScalarType.Int64)], (layer, x) => layer.call(x[0], x[1], null)),
        Use("emissions of another dtype", "emissions", () => [ones([2, 3, 3], ScalarType.Float64), zeros([2, 3], ScalarType.Int64)], (layer, x) => layer.call(x[0], x[1], null)),
        Use("emissions on another device", "emissions", () => [ones([2, 3, 3], device: META), zeros([2, 3], ScalarType.Int64)], (layer, x) => layer.call(x[0], x[1], null)),
        Use("a float mask", "mask", () => [ones(2, 3, 3), zeros([2, 3], ScalarType.Int64), ones(2, 3)], (layer, x) => layer.call(x[0], x[1], x[2])),
        Use("a tag that there is not", "tags", () => [ones(2, 3, 3), full([2, 3], 3, ScalarType.Int64)], (layer, x) => layer.call(x[0], x[1], null)),
        Use("no places to decode", "emissions", () => [ones(2, 0, 3)], (layer, x) => layer.Decode(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, CrfLayerCase>> OwnLaws =>
    [
        Own("the state has the documented names and shapes", "transitions [K, K], start [K] and end [K], all of which learn; constraints are not saved.", (_, c) =>
        {
            using var layer = new LinearChainCrf(c.K, c.Constraints);
            var state = string.Join(", ", layer.state_dict().Select(s => $"{s.Key} [{string.Join(", ", s.Value.shape)}]"));
            return Verdict.Require(state == "transitions [3, 3], start [3], end [3]", $"The state is {state}.")
                .Then(() => Verdict.Require(layer.parameters().All(p => p.requires_grad) && layer.parameters().Count() == 3, "A parameter does not learn."));
        }),
        Own("what is decoded keeps to the constraints", "Whatever the emissions, no I-X begins a sequence or follows an O.", (_, c) =>
        {
            var drawn = (c with { Constrained = true }).Draw().Select(a => a.Value).ToArray();
            using var layer = Numbers(c with { Constrained = true }, drawn).Build();
            var tags = layer.Decode(drawn[0] * 10, drawn[5]).Tags;
            var lines = Enumerable.Range(0, c.B).Select(b => tags[b].data<long>().ToArray().Where(tag => tag >= 0).ToArray());
            return Verdict.Require(lines.All(line => layer.Constraints!.Allow(line)), "A decoded path is forbidden.");
        }),
        Own("it outlives the scope it is made in, and moves", "Made inside a scope it works after it, in float64 too, and when it is disposed all of it is.", (_, c) =>
        {
            var statistics = DisposeScopeManager.Statistics.TensorStatistics;
            var alive = statistics.ThreadTotalLiveCount;
            LinearChainCrf layer;
            using (NewDisposeScope())
                layer = new LinearChainCrf(c.K, c.Constraints);
            using (layer)
            {
                using (NewDisposeScope())
                    layer.to(ScalarType.Float64);
                using var scope = NewDisposeScope();
                var drawn = c.Draw().Select(a => a.Value).ToArray();
                var loss = layer.call(drawn[0], drawn[1], drawn[5]);
                if (loss.dtype != ScalarType.Float64)
                    return Verdict.Fails($"After to(Float64) the loss is {loss.dtype}.");
            }
            return Verdict.Require(statistics.ThreadTotalLiveCount == alive, $"{statistics.ThreadTotalLiveCount - alive} tensors are still alive.");
        }) with { Cases = 20 },
        Own("saved and loaded it answers the same", "A layer that is given another's state has its loss.", (_, c) =>
        {
            using var layer = new LinearChainCrf(c.K, c.Constraints);
            using var other = new LinearChainCrf(c.K, c.Constraints);
            other.load_state_dict(layer.state_dict());
            var drawn = c.Draw().Select(a => a.IsReal ? a.Value.to(ScalarType.Float32) : a.Value).ToArray();
            return Comparison.Same("loss", other.call(drawn[0], drawn[1], drawn[5]), layer.call(drawn[0], drawn[1], drawn[5]), new Tolerance(0, 0));
        }) with { Cases = 20 },
    ];

    private static CrfLayer Numbers(CrfLayerCase @case, Tensor[] arguments) => new(@case.Constraints, arguments[2..5]);

    private static BadInput<Op> Use(string description, string parameter, Func<Tensor[]> draw, Action<LinearChainCrf, Tensor[]> use) =>
        new(description, parameter, draw, (_, x) =>
        {
            using var scope = NewDisposeScope();
            using var layer = new LinearChainCrf(3);
            use(layer, x);
        });
}
