using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Gate = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using Join = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Labs;

/// <summary>A map from below, a skip connection, and the weights of the layers that bring them together.</summary>
public sealed record SkipCase : LabCase
{
    /// <summary>Images B.</summary>
    public int B { get; init; } = 1;

    /// <summary>Channels of the skip connection.</summary>
    public int C { get; init; } = 1;

    /// <summary>Channels of the map from below.</summary>
    public int G { get; init; } = 1;

    /// <summary>Channels in which a gate compares the two.</summary>
    public int Inner { get; init; } = 1;

    /// <summary>Height of the skip connection.</summary>
    public int H { get; init; } = 2;

    /// <summary>Width of the skip connection.</summary>
    public int W { get; init; } = 2;

    /// <summary>Whether the weights are those of a gate.</summary>
    internal bool Gated { get; init; }

    /// <inheritdoc/>
    protected override int Least(string size) => size is nameof(H) or nameof(W) ? 2 : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new(Gated ? "gating" : "below", Numbers().Reals(B, G, H / 2, W / 2)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        new("skip", Numbers(1).Reals(B, C, H, W)) { Differentiable = true, BatchDim = 0 },
        .. Gated
            ? new[]
            {
                Weights("gateWeight", 2, Inner, G, 1, 1), Weights("gateBias", 3, Inner), Weights("skipWeight", 4, Inner, C, 1, 1),
                Weights("psiWeight", 5, 1, Inner, 1, 1), Weights("psiBias", 6, 1),
            }
            : [Weights("weight", 2, G, C, 2, 2), Weights("bias", 3, C)],
    ];

    private Argument Weights(string name, int stream, params long[] shape) =>
        new(name, Numbers(stream).Between(-1.5, 1.5, shape)) { Differentiable = true };

    /// <summary>Small maps of odd and even sides.</summary>
    internal static Gen<SkipCase> Any(bool gated) =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 3)
        from g in Gen.Choose(1, 3)
        from inner in Gen.Choose(1, 3)
        from h in Gen.Choose(2, 5)
        from w in Gen.Choose(2, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SkipCase { B = b, C = c, G = g, Inner = gated ? inner : 1, H = h, W = w, Gated = gated, Seed = seed };
}

/// <summary>The decoder's step up: twice the size, the skip connection's size, put side by side; against the library's layers.</summary>
public sealed class JoinSkipSpec : LabSpec<Join, SkipCase>
{
    private static Tensor JoinSkip(Tensor below, Tensor skip, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var up = Spatial.TransposedConvolution(below, weight, 2) + bias.reshape(1, -1, 1, 1);
        return cat([skip, Spatial.Resize(up, skip.size(2), skip.size(3))], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Join Op => JoinSkip;

    /// <inheritdoc/>
    public override Join Oracle => (below, skip, weight, bias) => cat(
        [skip, F.interpolate(F.conv_transpose2d(below, weight, bias, strides: [2, 2]), skip.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false)], 1);

    /// <inheritdoc/>
    public override Gen<SkipCase> Cases => SkipCase.Any(gated: false);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Join op, SkipCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], arguments[2], arguments[3])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Join, SkipCase>> OwnLaws =>
    [
        Own("the skip connection comes first, as it is", "The first channels are the skip connection's, number by number.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var joined = op(x[0], x[1], x[2], x[3]);
            return joined.dim() == 4 && joined.size(1) == 2 * c.C
                ? Comparison.Same("first half", joined.narrow(1, 0, c.C), x[1], Exactly)
                : Verdict.Fails($"Expected {2 * c.C} channels, got the shape [{string.Join(", ", joined.shape)}].");
        }),
        Own("any size will do", "A skip connection of 5x7 over a map of 2x3 is joined at 5x7.", (op, _) =>
        {
            var joined = op(ones(1, 2, 2, 3), ones(1, 1, 5, 7), ones(2, 1, 2, 2), zeros(1));
            return Verdict.Require(joined.shape is [1, 2, 5, 7], $"Expected [1, 2, 5, 7], got [{string.Join(", ", joined.shape)}].");
        }) with { Cases = 1 },
    ];
}

/// <summary>An attention gate against its formula, pixel by pixel.</summary>
public sealed class GateSkipSpec : LabSpec<Gate, SkipCase>
{
    private static Tensor GateSkip(
        Tensor gating, Tensor skip, Tensor gateWeight, Tensor gateBias, Tensor skipWeight, Tensor psiWeight, Tensor psiBias)
    {
        using var scope = NewDisposeScope();
        var asked = Spatial.Resize(F.conv2d(gating, gateWeight, gateBias), skip.size(2), skip.size(3));
        var opened = F.conv2d(F.relu(asked + F.conv2d(skip, skipWeight)), psiWeight, psiBias).sigmoid();
        return (opened * skip).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Gate Op => GateSkip;

    /// <inheritdoc/>
    public override Gate Oracle => (gating, skip, gateWeight, gateBias, skipWeight, psiWeight, psiBias) =>
    {
        var large = F.interpolate(gating, skip.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false);
        var rows = stack([.. Enumerable.Range(0, (int)gateBias.size(0)).Select(i =>
            Channel(large, gateWeight, i) + gateBias[i] + Channel(skip, skipWeight, i))], 1).clamp_min(0);
        return skip * (((Channel(rows, psiWeight, 0) + psiBias[0]) / 2).tanh().unsqueeze(1) + 1) / 2;   // the sigmoid, by its other name

        static Tensor Channel(Tensor x, Tensor weight, int to) => (x * weight[to].unsqueeze(0)).sum(1);
    };

    /// <inheritdoc/>
    public override Gen<SkipCase> Cases => SkipCase.Any(gated: true);

    /// <inheritdoc/>
    public override bool SmoothAt(SkipCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Gate op, SkipCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], arguments[6])];

    /// <inheritdoc/>
    public override IEnumerable<Law<Gate, SkipCase>> OwnLaws =>
    [
        Own("a gate lets through at most all", "What comes out has the sign of what went in, and is no larger.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var (out1, skip) = (Call(op, c, x)[0], x[1]);
            return Verdict.Require(
                out1.shape.AsSpan().SequenceEqual(skip.shape) && (out1.abs() <= skip.abs()).all().ToBoolean() && (out1 * skip >= 0).all().ToBoolean(),
                "A number grew, or changed its sign or place.");
        }),
        Own("all channels of a pixel pass alike", "The share let through is one number a pixel.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var shares = Call(op, c, x)[0] / x[1];
            return Comparison.Same("share", shares, shares.narrow(1, 0, 1).expand(shares.shape), new Tolerance(1e-6, 1e-9));
        }),
        Own("an open gate lets everything through", "With a large bias at ψ, what comes out is the skip connection.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            x[6] = x[6] + 1e4;
            return Comparison.Same("result", Call(op, c, x)[0], x[1], Tolerance);
        }),
    ];
}
