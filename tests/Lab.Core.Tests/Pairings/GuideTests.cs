using Lab.Core.Activations;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Core.Pairings;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Tests.Pairings;

/// <summary>The guide is no theory: each row runs, learns, and is recognised by its tensors; what is called refused is refused.</summary>
public sealed class GuideTests
{
    private const int B = 32, D = 12, K = 5;

    public static TheoryData<string, string, string, TargetKind> Rows() =>
        new(Pairing.Guide.Rows.Select(r => (r.Head, r.Activation, r.Loss, r.Target)));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_runs_learns_and_is_recognised(string head, string activation, string loss, TargetKind target)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using nn.Module module = head switch
        {
            "LinearHead" => new LinearHead(D, K),
            "MultiLabelHead" => new MultiLabelHead(D, K),
            "ScalarHead" => new ScalarHead(D),
            "HeteroscedasticHead" => new HeteroscedasticHead(D),
            "QuantileHead" => new QuantileHead(D, [0.1, 0.5, 0.9]),
            "OrdinalHead" => new OrdinalHead(D, K),
            "EmbeddingHead" => new EmbeddingHead(D, K),
            "AdaptiveSoftmax" => new AdaptiveSoftmax(D, K, [1, 3]),
            "HierarchicalSoftmax" => new HierarchicalSoftmax(D, CodeTree.Balanced(K)),
            _ => throw new ArgumentException($"No head {head}."),
        };
        var features = randn([B, D], generator: generator);
        var targets = Targets(target, features);
        var directions = randn([K, K], generator: generator);

        using var optimizer = optim.Adam(module.parameters(), 0.03);
        var (first, last) = (double.NaN, double.NaN);
        for (var step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            var (outputs, losses) = Forward(module, features, activation, loss, targets, directions);
            if (step is 0 or 59)
            {
                var seen = Pairing.Inspect(outputs, targets, loss);
                Assert.True(seen.Fit != Fit.Wrong, seen.ToString());
            }
            optimizer.zero_grad();
            var mean = losses.mean();
            mean.backward();
            Assert.All(module.parameters(), p => Assert.NotNull(p.grad));
            optimizer.step();
            (first, last) = (step == 0 ? mean.ToSingle() : first, mean.ToSingle());
        }
        Assert.True(double.IsFinite(last) && last < first, $"The loss went from {first} to {last}.");
    }

    public static TheoryData<string, Action<Tensor, Tensor>> Refused() => new()
    {
        { "one_hot as it comes, to CrossEntropy", (z, y) => Loss.CrossEntropy(z, F.one_hot(y, K)) },
        { "indices in float, to CrossEntropy", (z, y) => Loss.CrossEntropy(z, y.to(float32)) },
        { "one-hot, to NegativeLogLikelihood", (z, y) => Loss.NegativeLogLikelihood(z, F.one_hot(y, K).to(float32)) },
        { "distributions, to Focal", (z, _) => Loss.Focal(z, z.softmax(1)) },
        { "indices, to KullbackLeibler", (z, y) => Loss.KullbackLeibler(z, y) },
        { "indices, to BinaryCrossEntropyWithLogits", (z, y) => Loss.BinaryCrossEntropyWithLogits(z, y) },
        { "integer labels, to BinaryCrossEntropyWithLogits", (z, y) => Loss.BinaryCrossEntropyWithLogits(z, F.one_hot(y, K)) },
        { "logits, to BinaryCrossEntropy", (z, y) => Loss.BinaryCrossEntropy(z, F.one_hot(y, K).to(float32)) },
        { "[B, K] against [B], to BinaryCrossEntropyWithLogits", (z, _) => Loss.BinaryCrossEntropyWithLogits(z, z.select(1, 0).sigmoid()) },
        { "[B, 1] against [B], to SquaredError", (z, _) => Loss.SquaredError(z.narrow(1, 0, 1), z.select(1, 0)) },
        { "integer targets, to SquaredError", (z, y) => Loss.SquaredError(z.select(1, 0), y) },
        { "targets below 0, to SquaredLogError", (z, _) => Loss.SquaredLogError(z, -z.abs()) },
        { "targets below 0, to PoissonNegativeLogLikelihood", (z, _) => Loss.PoissonNegativeLogLikelihood(z, -z.abs()) },
        { "scores, to OrdinalNegativeLogLikelihood", (z, _) => Loss.OrdinalNegativeLogLikelihood(z.select(1, 0), arange(4f), z.select(1, 1)) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_meant_is_refused_by_the_loss_itself(string what, Action<Tensor, Tensor> call)
    {
        Assert.NotEmpty(what);
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<ArgumentException>(() => call(randn(8, K), randint(0, K, [8], dtype: int64)));
    }

    /// <summary>Targets that can be learned from the features.</summary>
    private static Tensor Targets(TargetKind kind, Tensor features)
    {
        var signal = features.narrow(1, 0, K);                            // [B, K]
        var number = signal.select(1, 0);                                 // [B]
        return kind switch
        {
            TargetKind.Indices => signal.argmax(1),
            TargetKind.SoftLabels => signal.softmax(1),
            TargetKind.MultiHot => (signal > 0).to(float32),
            TargetKind.Binary => (number > 0).to(float32),
            TargetKind.Ordered => (number * 1.5).round().clamp(-2, 2).to(int64) + 2,
            TargetKind.Real => number,
            TargetKind.Decades => (number * 3).exp(),
            TargetKind.Counts => number.exp().round(),
            TargetKind.Scores => number.clamp(-2, 2) * 1.2 + 2.5,
            TargetKind.Matches => number > 0,
            _ => throw new ArgumentException($"No targets for {kind}."),
        };
    }

    /// <summary>What the loss is given, and the losses.</summary>
    private static (Tensor Outputs, Tensor Losses) Forward(
        nn.Module module, Tensor x, string activation, string loss, Tensor y, Tensor directions)
    {
        if (module is HeteroscedasticHead gaussian)
        {
            var output = gaussian.call(x);
            return (output.Mean, Loss.GaussianNegativeLogLikelihood(output.Mean, output.Variance, y));
        }
        if (module is OrdinalHead ordinal)
        {
            var output = ordinal.call(x);
            return (output.Scores, Loss.OrdinalNegativeLogLikelihood(output.Scores, output.Thresholds, y));
        }
        var raw = ((nn.Module<Tensor, Tensor>)module).call(x);
        var z = activation switch { "LogSoftmax" => Activation.LogSoftmax(raw, 1), "Sigmoid" => Activation.Sigmoid(raw), _ => raw };
        return (z, loss switch
        {
            "CrossEntropy" => Loss.CrossEntropy(z, y),
            "NegativeLogLikelihood" => Loss.NegativeLogLikelihood(z, y),
            "Focal" => Loss.Focal(z, y),
            "SparsemaxLoss" => Loss.SparsemaxLoss(z, y),
            "Dice" => Loss.Dice(z, y, scope: RegionScope.Batch),
            "Jaccard" => Loss.Jaccard(z, y, scope: RegionScope.Batch),
            "Tversky" => Loss.Tversky(z, y, scope: RegionScope.Batch),
            "FocalTversky" => Loss.FocalTversky(z, y, scope: RegionScope.Batch),
            "LovaszSoftmax" => Loss.LovaszSoftmax(z, y, scope: RegionScope.Batch),
            "CrossEntropyDice" => Loss.CrossEntropyDice(Map(z.t()), Map(y)),
            "OhemCrossEntropy" => Loss.OhemCrossEntropy(z, y, scope: RegionScope.Batch),
            "EdgeWeightedCrossEntropy" => Loss.EdgeWeightedCrossEntropy(Map(z.t()), Map(y)),
            "Boundary" => Loss.Boundary(Map(z.t()), Map(y)),
            "Hausdorff" => Loss.Hausdorff(Map(z.t()), Map(y)),
            "OneVsRestFocal" => Loss.OneVsRestFocal(z, y),
            "SigmoidDice" => Loss.SigmoidDice(z, y, scope: RegionScope.Batch),
            "LovaszHinge" => Loss.LovaszHinge(z, y, scope: RegionScope.Batch),
            "KullbackLeibler" => Loss.KullbackLeibler(z, y),
            "BinaryCrossEntropyWithLogits" => Loss.BinaryCrossEntropyWithLogits(z, y),
            "SigmoidFocal" => Loss.SigmoidFocal(z, y),
            "BinaryCrossEntropy" => Loss.BinaryCrossEntropy(z, y),
            "SquaredError" => Loss.SquaredError(z, y),
            "AbsoluteError" => Loss.AbsoluteError(z, y),
            "Huber" => Loss.Huber(z, y),
            "SmoothL1" => Loss.SmoothL1(z, y),
            "SquaredLogError" => Loss.SquaredLogError(z, y),
            "Quantile" => Loss.Quantile(z, y, 0.9),
            "Quantiles" => Loss.Quantiles(z, y, ((QuantileHead)module).Levels),
            "PoissonNegativeLogLikelihood" => Loss.PoissonNegativeLogLikelihood(z, y),
            "PearsonDistance" => Loss.PearsonDistance(z, y),
            "CosineEmbedding" => Loss.CosineEmbedding(z, z.flip(0), y.eq(y.flip(0))),
            "Contrastive" => Loss.Contrastive(z, z.flip(0), y.eq(y.flip(0))),
            "Triplet" => Triplets(z, y),
            "InfoNce" => Loss.InfoNce(z, ((nn.Module<Tensor, Tensor>)module).call(x + 0.1)),
            "ArcFace" => Loss.ArcFace(z, directions, y),
            _ => throw new ArgumentException($"No loss {loss}."),
        });
    }

    /// <summary>The examples as the pixels of one image.</summary>
    private static Tensor Map(Tensor examples) => examples.reshape([1, .. examples.shape[..^1], 4, B / 4]);

    private static Tensor Triplets(Tensor z, Tensor y)
    {
        var same = y.unsqueeze(1).eq(y.unsqueeze(0));                     // [B, B]
        var others = same.logical_and(eye(B, dtype: ScalarType.Bool).logical_not());
        return Loss.Triplet(
            z, z.index_select(0, others.to(int64).argmax(1)), z.index_select(0, same.logical_not().to(int64).argmax(1)));
    }
}
