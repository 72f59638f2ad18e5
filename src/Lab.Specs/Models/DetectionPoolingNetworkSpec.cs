using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>The numbers of a detection-pooling network, by its state-dict keys.</summary>
/// <param name="Height">Pixels from top to bottom.</param>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="Units">Pooled units between the layers.</param>
/// <param name="Parameters">detect.weight <c>[detectors, H·W]</c>, detect.bias, decide.weight <c>[detectors, units]</c>,
/// decide.bias.</param>
public sealed record DetectionPooling(int Height, int Width, int Units, Tensor[] Parameters)
{
    /// <summary>A network of the library with these numbers.</summary>
    public DetectionPoolingNetwork Build()
    {
        var network = new DetectionPoolingNetwork(Height, Width, Parameters[0].size(0), Units);
        network.to(Parameters[0].device, Parameters[0].dtype);
        using var noGrad = no_grad();
        foreach (var (parameter, value) in network.parameters().Zip(Parameters))
            parameter.copy_(value);
        return network;
    }
}

/// <summary>Images of a few pixels, and a network of a few detectors.</summary>
public sealed record DetectionPoolingCase : Case
{
    /// <summary>Images B.</summary>
    public required int B { get; init; }

    /// <summary>Height H.</summary>
    public required int H { get; init; }

    /// <summary>Width W.</summary>
    public required int W { get; init; }

    /// <summary>Pooled units.</summary>
    public required int Units { get; init; }

    /// <summary>Detectors per pooled unit.</summary>
    public required int Group { get; init; }

    /// <summary>Images have a dimension of one channel.</summary>
    public bool Channel { get; init; }

    private int Detectors => Units * Group;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("images", Numbers().Between(-0.5, 1.5, Channel ? [B, 1, H, W] : [B, H, W]))
        {
            Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4],
        },
        new("detect.weight", Numbers(1).Reals(Detectors, H * W)),
        new("detect.bias", Numbers(2).Reals(Detectors)),
        new("decide.weight", Numbers(3).Reals(Detectors, Units)),
        new("decide.bias", Numbers(4).Reals(Detectors)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Group > 1)
            yield return this with { Group = Group - 1 };
        if (Units > 1)
            yield return this with { Units = Units - 1 };
        if (H > 1)
            yield return this with { H = 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Channel)
            yield return this with { Channel = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The detection-pooling network against its definition, one detector at a time.</summary>
public sealed class DetectionPoolingNetworkSpec : Spec<Func<Tensor, DetectionPooling, Tensor>, DetectionPoolingCase>
{
    private static readonly string[] keys = ["detect.weight", "detect.bias", "decide.weight", "decide.bias"];

    /// <inheritdoc/>
    public override MemberInfo Subject => typeof(DetectionPoolingNetwork);

    /// <inheritdoc/>
    public override Func<Tensor, DetectionPooling, Tensor> Op => (images, numbers) =>
    {
        using var scope = NewDisposeScope();
        using var network = numbers.Build();
        return network.call(images).MoveToOuterDisposeScope();
    };

    /// <inheritdoc/>
    public override Func<Tensor, DetectionPooling, Tensor> Oracle => (images, numbers) =>
    {
        var pixels = images.flatten(1);
        var features = Pooled(Fired(pixels, numbers.Parameters[0], numbers.Parameters[1]), numbers.Units);
        return Pooled(Fired(stack(features, 1), numbers.Parameters[2], numbers.Parameters[3]), 1)[0];
    };

    /// <inheritdoc/>
    public override Gen<DetectionPoolingCase> Cases =>
        from b in Gen.Choose(1, 4)
        from h in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 4)
        from units in Gen.Choose(1, 3)
        from @group in Gen.Choose(1, 4)
        from channel in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DetectionPoolingCase { B = b, H = h, W = w, Units = units, Group = @group, Channel = channel, Seed = seed };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, DetectionPooling, Tensor> op, DetectionPoolingCase @case, Tensor[] arguments) =>
        [op(arguments[0], new(@case.H, @case.W, @case.Units, arguments[1..]))];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(50 * magnitude); // two layers of sums

    /// <inheritdoc/>
    public override bool SmoothAt(DetectionPoolingCase @case) => @case.Decimals is null; // a round number may be at a kink

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, DetectionPooling, Tensor>>> BadInputs =>
    [
        Images("integer images", () => ones(2, 2, 3, dtype: ScalarType.Int64)),
        Images("images on their side", () => ones(2, 3, 2)),
        Images("flat images", () => ones(2, 6)),
        Images("images of two channels", () => ones(2, 2, 2, 3)),
        Images("images of another dtype", () => ones(2, 2, 3, dtype: ScalarType.Float64)),
        new("null for images", "images", () => [], (op, _) => OnAny(op, null!)),
        new("no height", "height", () => [], (_, _) => Make(0, 3, 4, 2)),
        new("no width", "width", () => [], (_, _) => Make(2, 0, 4, 2)),
        new("no units", "units", () => [], (_, _) => Make(2, 3, 4, 0)),
        new("no detectors", "detectors", () => [], (_, _) => Make(2, 3, 0, 2)),
        new("detectors that do not divide into units", "detectors", () => [], (_, _) => Make(2, 3, 5, 2)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, DetectionPooling, Tensor>, DetectionPoolingCase>> OwnLaws =>
    [
        Own("parameters learn as the oracle's would", "The gradient in every weight and bias equals that of the definition.", (op, c) =>
        {
            var drawn = c.Draw();
            var mine = new DetectionPooling(c.H, c.W, c.Units, [.. drawn.Skip(1).Select(a => a.Value)]);
            using var network = mine.Build();
            network.call(drawn[0].Value).sum().backward();
            var leaves = mine.Parameters.Select(p => p.clone().requires_grad_()).ToArray();
            Oracle(drawn[0].Value, mine with { Parameters = leaves }).sum().backward();
            return network.parameters().Zip(leaves).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
                Comparison.Same("gradient", pair.First.grad ?? zeros_like(pair.First), pair.Second.grad!, Tolerance)));
        }),
        Own("evidence is never negative", "The output is a sum of detections, each at least 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var evidence = Call(op, c, [.. drawn.Select(a => a.Value)])[0];
            return Verdict.Require(evidence.ge(0).all().ToBoolean(), "An output is below 0.");
        }),
        Own("twice the image, twice the evidence", "Without biases the network only adds and cuts at 0, so it scales with its input.", (op, c) =>
        {
            var drawn = c.Draw();
            Tensor[] numbers = [.. drawn.Skip(1).Select(a => a.Name.EndsWith("bias", StringComparison.Ordinal) ? zeros_like(a.Value) : a.Value)];
            var network = new DetectionPooling(c.H, c.W, c.Units, numbers);
            return Comparison.Same("result", op(2 * drawn[0].Value, network), 2 * op(drawn[0].Value, network), Tolerance);
        }),
        Own("it starts as published", "28x56 pixels, 400 detectors twice, 100 units; weights of deviation 0.05, no biases.", (_, _) =>
        {
            using var network = new DetectionPoolingNetwork();
            var state = network.state_dict();
            var shapes = string.Join(" ", keys.Select(key => $"[{string.Join(", ", state[key].shape)}]"));
            return Verdict.Require(state.Count == 4 && shapes == "[400, 1568] [400] [400, 100] [400]", $"The parameters have shapes {shapes}.")
                .Then(() => Verdict.Require(
                    state["detect.bias"].eq(0).all().ToBoolean() && state["decide.bias"].eq(0).all().ToBoolean(), "A bias is not 0."))
                .Then(() => Comparison.Same(
                    "deviation of the weights",
                    stack([state["detect.weight"].std(), state["decide.weight"].std()]).to(ScalarType.Float64),
                    tensor([0.05, 0.05]), new Tolerance(0, 1e-3)));
        }) with { Cases = 1 },
        Own("biases can be held at or below zero", "ConstrainBiases cuts positive biases and touches nothing else.", (_, c) =>
        {
            var drawn = c.Draw();
            using var network = new DetectionPooling(c.H, c.W, c.Units, [.. drawn.Skip(1).Select(a => a.Value)]).Build();
            network.ConstrainBiases();
            return network.parameters().Zip(drawn.Skip(1)).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
            {
                var (got, given) = pair;
                return Comparison.Same(
                    given.Name, got, given.Name.EndsWith("bias", StringComparison.Ordinal) ? given.Value.clamp(max: 0) : given.Value,
                    new Tolerance(0, 0));
            })).Then(() => Verdict.Require(network.parameters().All(p => p.requires_grad), "A parameter no longer learns."));
        }),
    ];

    private static Tensor[] Fired(Tensor inputs, Tensor weight, Tensor bias) =>
        [.. Enumerable.Range(0, (int)weight.size(0)).Select(d => F.relu((inputs * weight[d]).sum(1) + bias[d]))];

    private static Tensor[] Pooled(Tensor[] detections, int units) =>
        [.. detections.Chunk(detections.Length / units).Select(chunk => chunk.Aggregate((a, b) => a + b))];

    private static void OnAny(Func<Tensor, DetectionPooling, Tensor> op, Tensor images)
    {
        using var scope = NewDisposeScope();
        op(images, new(2, 3, 2, [ones(4, 6), ones(4), ones(4, 2), ones(4)]));
    }

    private static void Make(long height, long width, long detectors, long units) =>
        new DetectionPoolingNetwork(height, width, detectors, units).Dispose();

    private static BadInput<Func<Tensor, DetectionPooling, Tensor>> Images(string description, Func<Tensor> images) =>
        new(description, "images", () => [images()], (op, x) => OnAny(op, x[0]));
}
