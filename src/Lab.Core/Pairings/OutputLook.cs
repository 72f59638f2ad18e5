using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Pairings;

/// <summary>What a tensor of outputs looks like.</summary>
/// <param name="Kind">The best guess.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Sure">False where chance could explain it.</param>
internal sealed record OutputLook(OutputKind Kind, string Text, bool Sure = true)
{
    private const double Close = 2e-3;                    // single precision and a thousand classes
    private const double CloseInHalf = 0.02;
    private const double Near = 0.05;
    private const int Few = 16;
    private const int Many = 64;

    /// <param name="z">The outputs in double precision on the CPU.</param>
    /// <param name="loss">Where they are going.</param>
    /// <param name="half">Whether they had 16 bits.</param>
    public static OutputLook Of(Tensor z, LossEntry loss, bool half)
    {
        var close = half ? CloseInHalf : Close;
        if (z.numel() == 0)
            return new(OutputKind.Raw, "nothing");
        if (Families.OfEmbeddings.Contains(loss.Name))
            return Vectors(z, close);
        if (loss.Name == "Quantiles")
            return Ordered(z);
        if (Families.Ordinal.Contains(loss.Name) || loss.Name == "GaussianNegativeLogLikelihood")
            return new(loss.Reads[0], Range(z, "scores or means"));
        if (z.dim() < 2 || z.size(1) < 2)
            return Families.Labels.Contains(loss.Name) && Labels(z, 1) is { } single ? single : new(OutputKind.Number, Range(z, "one number per example"));
        if (Distributions(z, close) is { } distributions)
            return distributions;
        if (Families.Numbers.Contains(loss.Name))
            return new(OutputKind.Number, Range(z, "numbers"));
        return LogDistributions(z, close) ?? Labels(z, z.size(1)) ?? Cut(z) ?? new(OutputKind.Logits, Range(z, "logits"));
    }

    private static OutputLook? Distributions(Tensor z, double close)
    {
        if (!Within01(z) || !((z.sum(1) - 1).abs() <= close).all().ToBoolean())
            return null;
        return new(OutputKind.Probabilities, $"probabilities: each of {Rows(z)} rows lies in [0, 1] and sums to 1");
    }

    private static OutputLook? LogDistributions(Tensor z, double close)
    {
        if (!(z <= close).all().ToBoolean() || !(z.exp().sum(1) - 1).abs().le(close).all().ToBoolean())
            return null;
        return new(OutputKind.LogProbabilities, $"log-probabilities: exp of each of {Rows(z)} rows sums to 1");
    }

    /// <summary>
    /// Logits can all lie in [0, 1] too: those of a new network keep to one side of 0 for each class, by chance the upper. Many classes rule
    /// that out, and so does a crowd at both ends with nothing beyond.
    /// </summary>
    private static OutputLook? Labels(Tensor z, long classes)
    {
        if (!Within01(z) || z.numel() < Few)
            return null;
        var crowd = Math.Min((z < Near).sum().ToInt64(), (z > 1 - Near).sum().ToInt64()) * 50 >= z.numel();
        return new(
            OutputKind.LabelProbabilities, Range(z, "what a sigmoid gives: all entries lie in [0, 1]"),
            z.numel() >= Many && (crowd || classes >= 10));
    }

    private static OutputLook? Cut(Tensor z)
    {
        var zeros = (z == 0).sum().ToInt64();
        return z.numel() >= Many && zeros * 10 >= z.numel() && (z >= 0).all().ToBoolean()
            ? new(OutputKind.Positive, $"what ReLU gives: nothing is negative, {zeros} of {z.numel()} entries are 0")
            : null;
    }

    private static OutputLook Ordered(Tensor z)
    {
        if (z.dim() < 1 || z.size(-1) < 2)
            return new(OutputKind.Quantiles, Range(z, "answers at one level"));
        var crossing = (z.diff(dim: -1) < 0).any(-1).sum().ToInt64();
        return crossing == 0
            ? new(OutputKind.Quantiles, "answers that never fall from level to level")
            : new(OutputKind.Logits, $"answers that cross: in {crossing} rows one falls below that of a lower level");
    }

    private static OutputLook Vectors(Tensor z, double close)
    {
        if (z.dim() < 2)
            return new(OutputKind.Number, Range(z, "one number per example"));
        var lengths = z.square().sum(-1).sqrt();
        return (lengths - 1).abs().le(close).all().ToBoolean()
            ? new(OutputKind.UnitVectors, "vectors of length 1")
            : new(OutputKind.Logits, Range(lengths, "vectors, their lengths"));
    }

    private static bool Within01(Tensor z) => (z >= 0).logical_and(z <= 1).all().ToBoolean();

    private static long Rows(Tensor z) => z.numel() / z.size(1);

    internal static string Range(Tensor values, string what) => string.Create(
        CultureInfo.InvariantCulture, $"{what}, from {values.min().ToDouble():G3} to {values.max().ToDouble():G3}");
}
