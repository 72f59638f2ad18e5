using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>Decodes rows that do not compete: each chooses one token a step, until it has put out EOS.</summary>
internal sealed class RowDecoder : IDisposable
{
    private readonly DecodingRun run;
    private readonly Func<Tensor, Tensor> choose;
    private readonly Tensor fed;                                      // [N, MaxLength]: what the model read, EOS after the end
    private Tensor finished;                                          // [N]
    private Tensor lengths;                                           // [N]
    private Tensor logProbs;                                          // [N], float64
    private bool ended;

    /// <param name="model">The model.</param>
    /// <param name="start">Its state before the first token.</param>
    /// <param name="first">The first token of every row.</param>
    /// <param name="options">What all strategies need.</param>
    /// <param name="choose">Chooses from scores [N, V] a token of every row, [N].</param>
    public RowDecoder(IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, Func<Tensor, Tensor> choose)
    {
        run = new(model, start, first, options);
        this.choose = choose;
        using var scope = NewDisposeScope();
        fed = zeros([run.Rows, options.MaxLength], dtype: ScalarType.Int64, device: run.Device).DetachFromDisposeScope();
        finished = zeros(run.Rows, dtype: ScalarType.Bool, device: run.Device).DetachFromDisposeScope();
        lengths = zeros(run.Rows, dtype: ScalarType.Int64, device: run.Device).DetachFromDisposeScope();
        logProbs = zeros(run.Rows, dtype: ScalarType.Float64, device: run.Device).DetachFromDisposeScope();
    }

    /// <summary>Makes a step; false when there is none to make.</summary>
    public bool Step()
    {
        if (ended || run.Time == run.Options.MaxLength)
            return false;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var time = run.Time;
        var logits = run.Step();
        var token = choose(run.Ruled(logits, fed.narrow(1, 0, time), choosable: true));
        token = where(finished, run.Options.Eos, token);

        var logProb = logits.gather(1, token.unsqueeze(1)).squeeze(1) - logits.logsumexp(1);
        DecodingRun.Replace(ref logProbs, where(finished, logProbs, logProbs + logProb.to(ScalarType.Float64)));
        DecodingRun.Replace(ref lengths, lengths + finished.logical_not());
        DecodingRun.Replace(ref finished, token == run.Options.Eos);
        fed.select(1, time).copy_(token);
        run.Feed(token);
        ended = finished.all().ToBoolean();                           // the only word from the device in a step
        return true;
    }

    /// <summary>The tokens of the last step, padding where a row had ended before.</summary>
    public long[] LastTokens()
    {
        using var scope = NewDisposeScope();
        return where(lengths == run.Time, fed.select(1, run.Time - 1), run.Options.Pad).cpu().data<long>().ToArray();
    }

    /// <summary>All that was put out so far.</summary>
    public DecodedRows Result()
    {
        using var scope = NewDisposeScope();
        var inside = arange(run.Time, device: run.Device).unsqueeze(0) < lengths.unsqueeze(1);
        var tokens = where(inside, fed.narrow(1, 0, run.Time), run.Options.Pad);
        return new(
            tokens.MoveToOuterDisposeScope(), lengths.clone().MoveToOuterDisposeScope(),
            logProbs.to(run.Dtype, copy: true).MoveToOuterDisposeScope(), finished.clone().MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        run.Dispose();
        fed.Dispose();
        finished.Dispose();
        lengths.Dispose();
        logProbs.Dispose();
    }
}
