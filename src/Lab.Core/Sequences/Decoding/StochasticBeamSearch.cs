using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>Beam search over perturbed log-probabilities. Rows are laid out by example, then by rank.</summary>
internal sealed class StochasticBeamSearch : IDisposable
{
    private readonly DecodingRun run;
    private readonly Generator generator;
    private readonly long examples;
    private readonly long count;
    private Tensor fed;                                               // [rows, MaxLength]: what the model read, EOS after the end
    private Tensor finished;                                          // [rows]
    private Tensor lengths;                                           // [rows]
    private Tensor logProbs;                                          // [rows]: the model's own
    private Tensor drawn;                                             // [rows]: log-probability of being drawn so
    private Tensor keys;                                              // [rows]: the same, perturbed

    public StochasticBeamSearch(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, long count, Generator generator)
    {
        run = new(model, start, first, options);
        (this.generator, this.count, examples) = (generator, count, run.Rows);
        using var scope = NewDisposeScope();
        Tensor Zeros(ScalarType dtype) => zeros(run.Rows, dtype: dtype, device: run.Device).DetachFromDisposeScope();
        fed = zeros([run.Rows, options.MaxLength], dtype: ScalarType.Int64, device: run.Device).DetachFromDisposeScope();
        (finished, lengths) = (Zeros(ScalarType.Bool), Zeros(ScalarType.Int64));
        (logProbs, drawn, keys) = (Zeros(ScalarType.Float64), Zeros(ScalarType.Float64), Zeros(ScalarType.Float64));
    }

    public Hypotheses Run()
    {
        using var noGrad = no_grad();
        var ended = false;
        while (!ended && run.Time < run.Options.MaxLength)
            ended = Step();
        return Result();
    }

    private bool Step()
    {
        using var scope = NewDisposeScope();
        var time = run.Time;
        var logits = run.Step();                                      // [B·k, V]
        var (width, eos) = (examples == 0 ? 1 : run.Rows / examples, run.Options.Eos);
        var own = logits.log_softmax(1).to(ScalarType.Float64);
        var chance = run.IsPlain ? own : run.Ruled(logits, fed.narrow(1, 0, time), choosable: true).to(ScalarType.Float64).log_softmax(1);

        // A sequence that has ended has one continuation, itself: written at EOS, with the key that it has.
        var sum = drawn.unsqueeze(1) + chance;
        var next = Conditioned(sum + TokenSampling.Gumbel(sum.shape, run.Device, generator), keys.unsqueeze(1));
        var itself = arange(run.Vocabulary, device: run.Device) == eos;
        var over = finished.unsqueeze(1);
        next = where(over, where(itself, keys.unsqueeze(1), double.NegativeInfinity), next);

        var (best, places) = next.view(examples, width * run.Vocabulary).sort(1, descending: true, stable: true);
        var kept = Math.Min(count, width * run.Vocabulary);
        places = places.narrow(1, 0, kept);
        var tokens = places.remainder(run.Vocabulary).flatten();
        var rows = (width * arange(examples, device: run.Device).unsqueeze(1) + places.div(run.Vocabulary, RoundingMode.floor)).flatten();

        var was = finished.index_select(0, rows);
        Tensor Grown(Tensor total, Tensor parts) =>
            total.index_select(0, rows) + where(was, 0.0, parts.index_select(0, rows).gather(1, tokens.unsqueeze(1)).squeeze(1));
        var (ownTotal, drawnTotal) = (Grown(logProbs, own), Grown(drawn, chance));
        DecodingRun.Replace(ref keys, best.narrow(1, 0, kept).flatten().clone());
        DecodingRun.Replace(ref logProbs, ownTotal);
        DecodingRun.Replace(ref drawn, drawnTotal);
        DecodingRun.Replace(ref lengths, lengths.index_select(0, rows) + was.logical_not());
        DecodingRun.Replace(ref fed, fed.index_select(0, rows));
        fed.select(1, time).copy_(tokens);
        DecodingRun.Replace(ref finished, was.logical_or(tokens == eos));
        if (run.Time < run.Options.MaxLength)
        {
            run.Reorder(rows);
            run.Feed(tokens);
        }
        return finished.all().ToBoolean();
    }

    /// <summary>Gumbel numbers as they are distributed when their greatest is known (Kool et al. 2019, appendix B.3).</summary>
    private static Tensor Conditioned(Tensor free, Tensor greatest)
    {
        var below = (free - free.amax([1], keepdim: true)).clamp(max: 0);              // ≤ 0
        var v = greatest - free + where(below > -0.6931, (-below.expm1()).log(), (-below.exp()).log1p());
        return (greatest - v.clamp(min: 0) - (-v.abs()).exp().log1p()).nan_to_num(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
    }

    private Hypotheses Result()
    {
        using var scope = NewDisposeScope();
        var width = examples == 0 ? Math.Min(count, run.Vocabulary) : fed.size(0) / examples;
        var possible = keys > double.NegativeInfinity;
        var length = where(possible, lengths, 0);
        var tokens = where(arange(run.Time, device: run.Device) < length.unsqueeze(1), fed.narrow(1, 0, run.Time), run.Options.Pad);
        Tensor Whole(Tensor part, Scalar none)
        {
            var shape = part.shape.AsSpan(1).ToArray();
            var rest = full([examples, count - width, .. shape], none, dtype: part.dtype, device: run.Device);
            return cat([part.reshape([examples, width, .. shape]), rest], 1).MoveToOuterDisposeScope();
        }
        return new(
            Whole(tokens, run.Options.Pad), Whole(length, 0),
            Whole(where(possible, logProbs, double.NegativeInfinity).to(run.Dtype), double.NegativeInfinity),
            Whole(keys.to(run.Dtype), double.NegativeInfinity), Whole(finished.logical_and(possible), false));
    }

    public void Dispose()
    {
        run.Dispose();
        foreach (var tensor in new[] { fed, finished, lengths, logProbs, drawn, keys })
            tensor.Dispose();
    }
}
