using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

/// <summary>
/// Beam search in one group or several. The rows of the model are laid out by group, then by example, then by rank: in the first
/// step there is one row an example, which all groups share.
/// </summary>
internal sealed class BeamSearch : IDisposable
{
    private readonly DecodingRun run;
    private readonly BeamOptions beam;
    private readonly double diversity;
    private readonly long examples;
    private readonly FinishedPool[] pools;                            // one a group
    private readonly Tensor[] alive;                                  // log-probabilities of the unfinished, [B, K], one a group
    private Tensor fed;                                               // [rows, MaxLength]

    public BeamSearch(
        IDecoderModel model, IDecoderState start, Tensor first, DecodingOptions options, BeamOptions beam, int groups = 1, double diversity = 0)
    {
        ArgumentNullException.ThrowIfNull(beam);
        if (beam.Width < 1)
            throw new ArgumentOutOfRangeException(nameof(beam), beam.Width, "Width must be at least 1.");
        if (beam.Best < 1)
            throw new ArgumentOutOfRangeException(nameof(beam), beam.Best, "Best must be at least 1.");
        run = new(model, start, first, options);
        (this.beam, this.diversity, examples) = (beam, diversity, run.Rows);
        using var scope = NewDisposeScope();
        fed = zeros([examples, options.MaxLength], dtype: ScalarType.Int64, device: run.Device).DetachFromDisposeScope();
        pools = [.. Enumerable.Range(0, groups).Select(_ => new FinishedPool(examples, options.MaxLength, beam.Best, beam.Penalty, run.Device))];
        alive = [.. pools.Select(_ => zeros([examples, 1], dtype: ScalarType.Float64, device: run.Device).DetachFromDisposeScope())];
    }

    /// <summary>Searches to the end, and gives each group's best.</summary>
    public Hypotheses[] Run()
    {
        using var noGrad = no_grad();
        var settled = false;
        while (!settled && run.Time < run.Options.MaxLength)
            settled = Step();

        using var scope = NewDisposeScope();
        var rows = fed.size(0) / pools.Length;
        var results = pools.Select((pool, g) => pool.Result(
            alive[g], fed.narrow(0, g * rows, rows).view(examples, alive[g].size(1), fed.size(1)), run.Time, run.Dtype, run.Options.Pad)).ToArray();
        foreach (var result in results)
            scope.MoveToOuter([result.Tokens, result.Lengths, result.LogProbs, result.Scores, result.Finished]);
        return results;
    }

    /// <summary>One token further; true when the search is over.</summary>
    private bool Step()
    {
        using var scope = NewDisposeScope();
        var time = run.Time;
        var values = run.Step();
        var normalised = !run.IsPlain;
        if (normalised)
            values = run.Ruled(values.log_softmax(1), fed.narrow(1, 0, time), choosable: false).clamp(max: 0);
        if (diversity > 0 && !normalised)
            (values, normalised) = (values.log_softmax(1), true);

        var width = alive[0].size(1);                                 // K before the step
        var groupRows = examples * width;
        var chosen = zeros([examples, run.Vocabulary], dtype: ScalarType.Float64, device: run.Device);   // by groups before
        var (rows, tokens) = (new List<Tensor>(), new List<Tensor>());
        for (var g = 0; g < pools.Length; g++)
        {
            var from = time == 0 ? 0 : g * groupRows;
            var own = values.narrow(0, from, groupRows);
            var ranked = g > 0 && diversity > 0 ? own.to(ScalarType.Float64) - diversity * chosen.repeat_interleave(width, 0) : own;
            var next = Decode.BeamStep(ranked, alive[g], run.Options.Eos, beam.Width / pools.Length, normalised);
            var scores = next.Scores;
            if (!ReferenceEquals(ranked, own))                        // what the model says
            {
                var places = next.Parents * run.Vocabulary + next.Tokens;
                var plain = alive[g].gather(1, next.Parents) + own.reshape(examples, width * run.Vocabulary).gather(1, places);
                scores = where(scores == double.NegativeInfinity, scores, plain);
            }
            if (diversity > 0)
                chosen.scatter_add_(1, next.Tokens, scores.isfinite().to(ScalarType.Float64));

            pools[g].Add(next.Ended, fed.narrow(0, from, groupRows).view(examples, width, fed.size(1)), time + 1, run.Options.Eos);
            DecodingRun.Replace(ref alive[g], scores);
            rows.Add((from + width * arange(examples, device: run.Device).unsqueeze(1) + next.Parents).flatten());
            tokens.Add(next.Tokens.flatten());
            beam.Watch?.Invoke(new(time, next.Parents, next.Tokens, scores, next.Ended));
        }
        return Continue(cat(rows), cat(tokens), time) || (beam.StopEarly && IsSettled());
    }

    /// <summary>Moves to the new hypotheses; true when there are none.</summary>
    private bool Continue(Tensor rows, Tensor tokens, int time)
    {
        DecodingRun.Replace(ref fed, fed.index_select(0, rows));
        if (rows.size(0) == 0)
            return true;
        fed.select(1, time).copy_(tokens);
        if (run.Time < run.Options.MaxLength)
        {
            run.Reorder(rows);
            run.Feed(tokens);
        }
        return false;
    }

    private bool IsSettled() => stack(pools.Select((pool, g) => pool.IsSettled(alive[g], run.Options.MaxLength)).ToArray()).all().ToBoolean();

    public void Dispose()
    {
        run.Dispose();
        fed.Dispose();
        foreach (var tensor in alive)
            tensor.Dispose();
        foreach (var pool in pools)
            pool.Dispose();
    }
}
