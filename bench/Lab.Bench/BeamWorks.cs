using Lab.Core.Kernels;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>
/// Whole beam searches with a translator of the usual size, against a loop over hypotheses as tutorials have it, and against one
/// that steps all hypotheses at once. The search never ends early: EOS has no probability, so that every run puts out as many tokens.
/// </summary>
internal static class BeamWorks
{
    public const long Bos = 1;
    public const long Eos = 2;

    /// <summary>Sizes that show that everything works.</summary>
    public static readonly Sizes Small = new("6 tokens of 100", 100, 8, 16, 5, 3, 6);

    /// <summary>How large the translator and its searches are.</summary>
    public sealed record Sizes(string Name, long Vocabulary, long Embedding, long Hidden, long Source, int Width, int Length);

    public static IReadOnlyList<Work> All(bool quick)
    {
        var sizes = quick ? Small : new Sizes("50 tokens of 10000", 10_000, 256, 512, 20, 5, 50);
        return [Row("BeamOneByOne", sizes, OneByOne, "a loop over hypotheses"), Row("BeamBatched", sizes, Batched, "a loop over steps")];
    }

    private static Work Row(string name, Sizes sizes, Func<RecurrentTranslator, int, int, Tensor> library, string libraryName)
    {
        RecurrentTranslator? translator = null;
        Func<Tensor[], Tensor> In(Form form) => x =>
        {
            using var only = Forms.Only(form);
            return Ours(Model(x), sizes.Width, sizes.Length);
        };
        return Work.Of(
            name, sizes.Name, seed: 1, () => Draw(sizes), [("kernel", In(Form.Kernel)), ("readable", In(Form.Readable))],
            x => library(Model(x), sizes.Width, sizes.Length), libraryName, rounds: 8);

        RecurrentTranslator Model(Tensor[] weights)
        {
            if (translator?.IsOf(weights) != true)
            {
                translator?.Dispose();
                translator = new(weights);
            }
            return translator;
        }
    }

    private static Tensor Ours(RecurrentTranslator model, int width, int length)
    {
        using var start = model.Start();
        using var bos = full([1], Bos, dtype: ScalarType.Int64);
        using var scope = NewDisposeScope();
        var found = Decode.Beam(
            model, start, bos, new(Eos, Pad: -1, length), new(width) { Penalty = LengthPenalty.MeanLogProb });
        return found.LogProbs[0].MoveToOuterDisposeScope();
    }

    /// <summary>All hypotheses in one step of the model; peer.py has the same.</summary>
    private static Tensor Batched(RecurrentTranslator model, int width, int length)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var state = model.Start();
        var (tokens, scores) = (full([1], Bos, dtype: ScalarType.Int64), zeros(1));
        for (var t = 0; t < length; t++)
        {
            using var step = NewDisposeScope();
            var next = model.Step(tokens, state);
            var sums = scores.unsqueeze(1) + next.Logits.log_softmax(1);
            (scores, var places) = sums.flatten().topk(width);
            tokens = places.remainder(sums.size(1));
            state.Dispose();
            state = next.State.Reorder(places.div(sums.size(1), RoundingMode.floor));
            next.State.Dispose();
            step.MoveToOuter(tokens, scores);
        }
        state.Dispose();
        return scores.narrow(0, 0, 1).clone().MoveToOuterDisposeScope();
    }

    /// <summary>One hypothesis after another; peer.py has the same, word by word as a tutorial has it.</summary>
    private static Tensor OneByOne(RecurrentTranslator model, int width, int length)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var beams = new List<(Tensor Last, double Score, Core.Sequences.IDecoderState State)> { (full([1], Bos, dtype: ScalarType.Int64), 0, model.Start()) };
        for (var t = 0; t < length; t++)
        {
            var candidates = new List<(Tensor Last, double Score, Core.Sequences.IDecoderState State)>();
            foreach (var (last, score, state) in beams)
            {
                var next = model.Step(last, state);
                var (best, indices) = next.Logits.log_softmax(1)[0].topk(width);
                for (var i = 0; i < width; i++)
                    candidates.Add((indices.narrow(0, i, 1), score + best[i].ToDouble(), next.State));
            }
            var kept = candidates.OrderByDescending(c => c.Score).Take(width).ToList();
            foreach (var state in candidates.Concat(beams).Select(c => c.State).Distinct().Except(kept.Select(c => c.State)))
                state.Dispose();
            beams = kept;
        }
        foreach (var state in beams.Select(b => b.State).Distinct())
            state.Dispose();
        return tensor([(float)beams[0].Score]).MoveToOuterDisposeScope();
    }

    /// <summary>The translator's weights, a source, width and length of the search.</summary>
    public static IReadOnlyList<Argument> Draw(Sizes s)
    {
        using var generator = new Generator(1, CPU);
        var (h, e, v) = (s.Hidden, s.Embedding, s.Vocabulary);
        Tensor Weights(params long[] shape) => (2 * rand(shape, generator: generator) - 1) / Math.Sqrt(h);
        var outputBias = Weights(v);
        outputBias[Eos] = double.NegativeInfinity;
        var tensors = new List<Tensor> { randn([v, e], generator: generator) };
        foreach (var inputs in new[] { e + h, h })
            tensors.AddRange([Weights(4 * h, inputs), Weights(4 * h, h), Weights(4 * h), Weights(4 * h)]);
        tensors.AddRange([
            Weights(3 * h, h), Weights(3 * h), Weights(h, h), Weights(h), 4 * Weights(v, h), outputBias,
            randn([1, s.Source, h], generator: generator), tensor([s.Width, s.Length], dtype: ScalarType.Int64)]);
        return [.. tensors.Select((t, i) => new Argument($"tensor {i}", t))];
    }
}
