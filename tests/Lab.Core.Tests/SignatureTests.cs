using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Tests;

/// <summary>What specs cannot see, since they give every argument: defaults, and that constants get no gradient.</summary>
public sealed class SignatureTests
{
    [Theory]
    [InlineData(typeof(Activation), nameof(Activation.Softmax), "dim", -1L)]
    [InlineData(typeof(Activation), nameof(Activation.Softmax), "temperature", 1.0)]
    [InlineData(typeof(Activation), nameof(Activation.LogSoftmax), "dim", -1L)]
    [InlineData(typeof(Activation), nameof(Activation.LogSumExp), "dim", -1L)]
    [InlineData(typeof(Activation), nameof(Activation.LogSumExp), "keepdim", false)]
    [InlineData(typeof(Activation), nameof(Activation.L2Normalize), "dim", -1L)]
    [InlineData(typeof(Activation), nameof(Activation.L2Normalize), "epsilon", 1e-12)]
    [InlineData(typeof(Loss), nameof(Loss.NegativeLogLikelihood), "weight", null)]
    [InlineData(typeof(Loss), nameof(Loss.NegativeLogLikelihood), "ignoreIndex", -100L)]
    [InlineData(typeof(Loss), nameof(Loss.CrossEntropy), "weight", null)]
    [InlineData(typeof(Loss), nameof(Loss.CrossEntropy), "ignoreIndex", -100L)]
    [InlineData(typeof(Loss), nameof(Loss.CrossEntropy), "smoothing", 0.0)]
    [InlineData(typeof(Loss), nameof(Loss.BinaryCrossEntropyWithLogits), "positiveWeight", null)]
    [InlineData(typeof(Loss), nameof(Loss.CosineEmbedding), "margin", 0.0)]
    [InlineData(typeof(Loss), nameof(Loss.Triplet), "margin", 1.0)]
    public void Defaults_are_those_of_the_library(Type type, string op, string parameter, object? value) =>
        Assert.Equal(value, type.GetMethod(op)!.GetParameters().Single(p => p.Name == parameter).DefaultValue);

    [Theory]
    [InlineData(typeof(Similarity), nameof(Similarity.SemiHardTriplets), "margin", 0.2)]
    [InlineData(typeof(Activation), nameof(Activation.AngularMargin), "margin", 0.5)]
    [InlineData(typeof(Activation), nameof(Activation.AngularMargin), "scale", 64.0)]
    [InlineData(typeof(Activation), nameof(Activation.AngularMargin), "ignoreIndex", -100L)]
    [InlineData(typeof(Loss), nameof(Loss.ArcFace), "margin", 0.5)]
    [InlineData(typeof(Loss), nameof(Loss.ArcFace), "scale", 64.0)]
    [InlineData(typeof(Loss), nameof(Loss.ArcFace), "ignoreIndex", -100L)]
    [InlineData(typeof(Loss), nameof(Loss.InfoNce), "temperature", 0.07)]
    [InlineData(typeof(Loss), nameof(Loss.InfoNce), "symmetric", false)]
    [InlineData(typeof(Loss), nameof(Loss.Contrastive), "margin", 1.0)]
    public void Defaults_are_those_of_the_papers(Type type, string op, string parameter, object? value) =>
        Defaults_are_those_of_the_library(type, op, parameter, value);

    [Fact]
    public void No_gradient_flows_into_weights()
    {
        using var scope = NewDisposeScope();
        var (scores, targets, labels) = (randn(2, 3), zeros(2, dtype: ScalarType.Int64), rand(2, 3));
        var weight = ones(3, requires_grad: true);

        Assert.All(
            [
                Loss.NegativeLogLikelihood(scores, targets, weight),
                Loss.CrossEntropy(scores, targets, weight, smoothing: 0.1),
                Loss.CrossEntropy(scores, labels, weight),
                Loss.BinaryCrossEntropyWithLogits(scores, labels, weight),
                Loss.WeightedMean(ones(3), weight),
            ],
            (Tensor loss) => Assert.False(loss.requires_grad));
    }
}
