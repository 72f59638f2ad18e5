using Lab.Specs.Sequences.Decoding;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>The rows of decoding: filters of logits, and one step of beam search. They have no gradient.</summary>
internal static class DecodingWorks
{
    public static IReadOnlyList<Work> All(bool quick)
    {
        var (size, rows, vocabulary) = quick ? ("4 x 1000", 4, 1000) : ("64 x 50257", 64, 50257);
        return
        [
            Work.Of(
                new TopKSpec(), size, new FilterCase { N = rows, V = vocabulary, Number = 50, Seed = 1, Scale = 3 },
                x => TopK(x[0], 50), "topk and masked_fill"),
            Work.Of(
                new NucleusSpec(), size, new FilterCase { N = rows, V = vocabulary, Number = 0.9, Seed = 1, Scale = 2.5 },
                x => Nucleus(x[0], 0.9), "sort, softmax, cumsum and scatter", compared: kept => kept.softmax(-1)),
            quick ? BeamStep("2 x 3 x 1000", 2, 3, 1000) : BeamStep("16 x 5 x 32000", 16, 5, 32000),
        ];
    }

    private static Work BeamStep(string size, int examples, int width, int vocabulary) => Work.Of(
        new BeamStepSpec(), size,
        new BeamStepCase { B = examples, K = width, V = vocabulary, Count = width, Seed = vocabulary, Scale = 3 },    // EOS is token 0
        x => BeamStep(x[0], x[1]), "log_softmax and topk");

    private static Tensor TopK(Tensor logits, int k) =>
        logits.masked_fill(logits < logits.topk(k).values.narrow(1, k - 1, 1), double.NegativeInfinity);

    private static Tensor Nucleus(Tensor logits, double p)
    {
        var (sorted, order) = logits.sort(-1, descending: true);
        var mass = sorted.softmax(-1);
        var outside = mass.cumsum(-1) - mass >= p;
        return logits.masked_fill(zeros_like(outside).scatter(-1, order, outside), double.NegativeInfinity);
    }

    private static Tensor BeamStep(Tensor logits, Tensor scores)
    {
        var sums = scores.unsqueeze(2) + logits.log_softmax(-1);
        sums.select(2, 0).fill_(double.NegativeInfinity);
        return sums.flatten(1).topk((int)scores.size(1)).values;
    }
}
