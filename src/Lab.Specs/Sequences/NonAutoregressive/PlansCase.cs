using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>A mixture of a few plans for a few tokens.</summary>
public sealed record PlansCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Plans Z.</summary>
    public required int Z { get; init; }

    /// <summary>Tokens T.</summary>
    public required int T { get; init; }

    /// <summary>Vocabulary V.</summary>
    public required int V { get; init; }

    /// <summary>Examples have lengths of their own.</summary>
    public bool Lengths { get; init; }

    /// <summary>Whether the op is given a guess of the plan.</summary>
    public bool Guess { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var arguments = new List<Argument>
        {
            new("planLogits", Numbers().Reals(B, Z)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("tokenLogits", Numbers(1).Reals(B, Z, T, V)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("targets", Numbers(2).Indices(V, B, T)) { BatchDim = 0 },
        };
        if (Guess)
            arguments.Add(new("guessLogits", Numbers(3).Reals(B, Z)) { Differentiable = true, BatchDim = 0 });
        if (Lengths)
            arguments.Add(new("lengths", Numbers(4).Indices(T + 1, B)) { BatchDim = 0 });
        return arguments;
    }

    /// <summary>The arguments with other numbers behind the lengths; null without lengths.</summary>
    public IReadOnlyList<Argument>? DisturbPadding(IReadOnlyList<Argument> arguments)
    {
        if (!Lengths)
            return null;
        var late = arange(T) >= arguments[^1].Value.unsqueeze(1);         // [B, T]
        var changed = arguments.ToArray();
        changed[1] = changed[1].With(changed[1].Value.masked_fill(late.reshape(B, 1, T, 1), double.NaN));
        changed[2] = changed[2].With(changed[2].Value.masked_fill(late, -100));
        return changed;
    }

    /// <summary>log p(z, y | x) by the library's cross-entropy, <c>[B, Z]</c>.</summary>
    internal static Tensor Joint(Tensor planLogits, Tensor tokenLogits, Tensor targets, Tensor? lengths)
    {
        var (batch, plans, positions, vocabulary) =
            (tokenLogits.size(0), tokenLogits.size(1), tokenLogits.size(2), tokenLogits.size(3));
        var ignored = lengths is null ? targets : targets.masked_fill(arange(positions) >= lengths.unsqueeze(1), -100);
        return stack(Enumerable.Range(0, (int)plans).Select(z => F.cross_entropy(
            tokenLogits.select(1, z).reshape(-1, vocabulary), ignored.reshape(-1), reduction: nn.Reduction.None)
            .reshape(batch, positions).sum(1)).Select((loss, z) => planLogits.log_softmax(1).select(1, z) - loss).ToArray(), 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Lengths)
            yield return this with { Lengths = false };
        if (Z > 1)
            yield return this with { Z = Z - 1 };
        if (T > 0)
            yield return this with { T = T - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to four plans, four tokens, and four kinds of token.</summary>
    public static Gen<PlansCase> Any =>
        from b in Gen.Choose(1, 3)
        from z in Gen.Choose(1, 4)
        from t in Gen.Choose(0, 4)
        from v in Gen.Choose(1, 4)
        from lengths in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PlansCase { B = b, Z = z, T = t, V = v, Lengths = lengths, Scale = scale, Seed = seed };

    /// <summary>What the ops over plans refuse.</summary>
    internal static IEnumerable<BadInput<TOp>> BadInputs<TOp>(Action<TOp, Tensor, Tensor, Tensor, Tensor?> call)
        where TOp : Delegate =>
    [
        new("null for planLogits", "planLogits", () => [ones(2, 3, 4, 5), Tokens(2, 4)], (op, x) => call(op, null!, x[0], x[1], null)),
        new("no plans", "planLogits", () => [ones(2, 0), ones(2, 0, 4, 5), Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("plans without a batch", "planLogits", () => [ones(3), ones(1, 3, 4, 5), Tokens(1, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("whole numbers for plans", "planLogits", () => [Tokens(2, 3), ones(2, 3, 4, 5), Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("null for tokenLogits", "tokenLogits", () => [ones(2, 3), Tokens(2, 4)], (op, x) => call(op, x[0], null!, x[1], null)),
        new("tokens of other plans", "tokenLogits", () => [ones(2, 3), ones(2, 2, 4, 5), Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("tokens of another dtype", "tokenLogits", () => [ones(2, 3), ones(2, 3, 4, 5, dtype: ScalarType.Float64), Tokens(2, 4)],
            (op, x) => call(op, x[0], x[1], x[2], null)),
        new("tokens on another device", "tokenLogits", () => [ones(2, 3), ones([2, 3, 4, 5], device: META), Tokens(2, 4)],
            (op, x) => call(op, x[0], x[1], x[2], null)),
        new("no vocabulary", "tokenLogits", () => [ones(2, 3), ones(2, 3, 4, 0), Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("null for targets", "targets", () => [ones(2, 3), ones(2, 3, 4, 5)], (op, x) => call(op, x[0], x[1], null!, null)),
        new("targets of another length", "targets", () => [ones(2, 3), ones(2, 3, 4, 5), Tokens(2, 3)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("real targets", "targets", () => [ones(2, 3), ones(2, 3, 4, 5), ones(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("a token outside", "targets", () => [ones(2, 3), ones(2, 3, 4, 5), 5 * Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("a negative token", "targets", () => [ones(2, 3), ones(2, 3, 4, 5), -Tokens(2, 4)], (op, x) => call(op, x[0], x[1], x[2], null)),
        new("a length past the end", "lengths", () => [ones(2, 3), ones(2, 3, 4, 5), Tokens(2, 4), 5 * Tokens(2)],
            (op, x) => call(op, x[0], x[1], x[2], x[3])),
        new("lengths of another batch", "lengths", () => [ones(2, 3), ones(2, 3, 4, 5), Tokens(2, 4), Tokens(3)],
            (op, x) => call(op, x[0], x[1], x[2], x[3])),
        new("real lengths", "lengths", () => [ones(2, 3), ones(2, 3, 4, 5), Tokens(2, 4), ones(2)], (op, x) => call(op, x[0], x[1], x[2], x[3])),
    ];

    private static Tensor Tokens(params long[] shape) => ones(shape, dtype: ScalarType.Int64);
}
