using Lab.Core.Sequences;
using Lab.Specs.Sequences;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>The rows of the linear-chain CRF: training, and decoding.</summary>
internal static class ChainWorks
{
    /// <summary>Named entities; part-of-speech tags of long sentences; phones of speech.</summary>
    private static readonly (int B, int T, int K)[] sizes = [(32, 128, 9), (64, 256, 32), (16, 512, 64)];

    private static readonly (int B, int T, int K)[] quick = [(4, 20, 9)];

    public static IEnumerable<Work> All(bool quick)
    {
        foreach (var (b, t, k) in quick ? ChainWorks.quick : sizes)
        {
            var chain = new ChainCase { B = b, T = t, K = k, Ends = true, Tagged = true, Seed = 1 };
            Func<Tensor[], Tensor> Loss(CrfForm form) => x => Crf.PathNegativeLogLikelihood(x[0], x[1], x[2], x[3], x[4], null, form);
            yield return Work.Of(
                new PathNegativeLogLikelihoodSpec(), $"{b} x {t} x {k}", chain,
                [("kernel", Loss(CrfForm.Kernel)), ("readable", Loss(CrfForm.Loop))], LossByLoop, "a loop of torch operations", mostDifference: 3e-4);
        }
        foreach (var (b, t, k) in quick ? ChainWorks.quick : sizes)
        {
            var chain = new ChainCase { B = b, T = t, K = k, Ends = true, Seed = 1 };
            Func<Tensor[], Tensor> Best(CrfForm form) => x => Crf.Viterbi(x[0], x[1], x[2], x[3], null, form).Tags.to(float32);
            yield return Work.Of(
                new ViterbiSpec(), $"{b} x {t} x {k}", chain,
                [("kernel", Best(CrfForm.Kernel)), ("readable", Best(CrfForm.Loop))], TagsByLoop, "a loop of torch operations", mostDifference: 0);
        }
    }

    /// <summary>What peer.py does, in C#.</summary>
    private static Tensor LossByLoop(Tensor[] x)
    {
        var (emissions, tags, transitions) = (x[0], x[1], x[2]);
        var emitted = emissions.gather(2, tags.unsqueeze(2)).squeeze(2).sum(1);
        var (length, count) = (emissions.size(1), emissions.size(2));
        var steps = tags.narrow(1, 0, length - 1) * count + tags.narrow(1, 1, length - 1);
        var taken = transitions.view(-1).index_select(0, steps.reshape(-1)).reshape(steps.shape).sum(1);
        var alpha = x[3] + emissions.select(1, 0);
        for (var t = 1; t < length; t++)
            alpha = (alpha.unsqueeze(2) + transitions).logsumexp(1) + emissions.select(1, t);
        var score = emitted + taken + x[3].index_select(0, tags.select(1, 0)) + x[4].index_select(0, tags.select(1, length - 1));
        return (alpha + x[4]).logsumexp(1) - score;
    }

    private static Tensor TagsByLoop(Tensor[] x)
    {
        var (emissions, transitions, score, history) = (x[0], x[1], x[2] + x[0].select(1, 0), new List<Tensor>());
        for (var t = 1; t < emissions.size(1); t++)
        {
            var (best, before) = (score.unsqueeze(2) + transitions).max(1);
            history.Add(before);
            score = best + emissions.select(1, t);
        }
        var tags = new List<Tensor> { (score + x[3]).argmax(1, keepdim: true) };
        for (var t = history.Count - 1; t >= 0; t--)
            tags.Add(history[t].gather(1, tags[^1]));
        tags.Reverse();
        return cat(tags, 1).to(float32);
    }
}
