using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>
/// The states that alignments go through: U labels with a blank before, between and behind them, <c>S = 2U + 1</c>. An
/// alignment is in one state at each frame. It begins in state 0 before the first frame; from one frame to the next it stays,
/// moves on by one, or skips a blank between two labels that differ; and it ends in the last label or the blank behind it.
/// </summary>
internal sealed class CtcLattice
{
    private readonly Tensor valid;
    private readonly Tensor maySkip;
    private readonly Tensor last;

    public CtcLattice(Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank)
    {
        var (batch, frames, labels) = (logProbs.size(0), logProbs.size(1), targets.size(1));
        (Frames, States) = (frames, 2 * labels + 1);
        var device = logProbs.device;
        inputLengths = CtcShapes.LengthsOrAll(inputLengths, frames, logProbs);
        targetLengths = CtcShapes.LengthsOrAll(targetLengths, labels, logProbs);

        valid = arange(frames, device: device) < inputLengths.unsqueeze(1);                         // [B, T]
        last = 2 * targetLengths;                                                                   // [B]
        var padding = arange(labels, device: device) >= targetLengths.unsqueeze(1);
        var blanks = full([batch, labels, 1], blank, dtype: ScalarType.Int64, device: device);
        Labels = cat(
            [cat([blanks, targets.masked_fill(padding, blank).unsqueeze(2)], 2).flatten(1),
            full([batch, 1], blank, dtype: ScalarType.Int64, device: device)], 1);                  // [B, S]
        maySkip = cat(
            [zeros([batch, Math.Min(2, States)], dtype: ScalarType.Bool, device: device),
            States > 2
                ? (Labels.narrow(1, 2, States - 2) != blank).logical_and(
                    Labels.narrow(1, 2, States - 2) != Labels.narrow(1, 0, States - 2))
                : zeros([batch, 0], dtype: ScalarType.Bool, device: device)], 1);                   // [B, S]

        var scores = logProbs.dtype is ScalarType.Float64 ? logProbs : logProbs.to(ScalarType.Float32);
        Emissions = scores.gather(2, Labels.unsqueeze(1).expand(batch, frames, States))
            .masked_fill(valid.logical_not().unsqueeze(2), 0);                                      // [B, T, S]
    }

    /// <summary>T.</summary>
    public long Frames { get; }

    /// <summary>S.</summary>
    public long States { get; }

    /// <summary>The class that each state stands for, <c>[B, S]</c>; blanks behind the last label.</summary>
    public Tensor Labels { get; }

    /// <summary>The score of each state at each frame, <c>[B, T, S]</c>, float32 or float64; 0 in padded frames.</summary>
    public Tensor Emissions { get; }

    /// <summary>Where frames are no padding, <c>[B, T]</c>.</summary>
    public Tensor Valid => valid;

    /// <summary>Which of the two last states there are, of <c>[B, 2]</c>: without labels there is only one.</summary>
    public Tensor LastTwo => cat([last.unsqueeze(1), (last - 1).clamp(min: 0).unsqueeze(1)], 1);

    /// <summary>Log-scores before the first frame: all in state 0.</summary>
    public Tensor Start()
    {
        var start = full([Labels.size(0), States], double.NegativeInfinity, dtype: Emissions.dtype, device: Emissions.device);
        start.narrow(1, 0, 1).fill_(0);
        return Frames == 0 ? start + Emissions.sum([1]) : start;           // a sum of nothing, for autograd to follow
    }

    /// <summary>Log-scores behind the last frame: 0 in the two states where an alignment may end.</summary>
    public Tensor End()
    {
        var state = arange(States, device: last.device);
        var ends = (state == last.unsqueeze(1)).logical_or(state == last.unsqueeze(1) - 1);
        return zeros([Labels.size(0), States], dtype: Emissions.dtype, device: Emissions.device)
            .masked_fill(ends.logical_not(), double.NegativeInfinity);
    }

    /// <summary>The three ways into each state from the frame before: stay, move, skip, <c>[B, S, 3]</c>.</summary>
    public Tensor WaysIn(Tensor before)
    {
        var nowhere = Nowhere();
        var shifted = cat([nowhere, nowhere, before], 1);                                           // [B, 2 + S]
        return stack(
            [before, shifted.narrow(1, 1, States),
            shifted.narrow(1, 0, States).masked_fill(maySkip.logical_not(), double.NegativeInfinity)], 2);
    }

    /// <summary>The three ways out of each state to the frame behind, <c>[B, S, 3]</c>.</summary>
    public Tensor WaysOut(Tensor behind)
    {
        var nowhere = Nowhere();
        var skipped = behind.masked_fill(maySkip.logical_not(), double.NegativeInfinity);
        return stack(
            [behind, cat([behind, nowhere], 1).narrow(1, 1, States),
            cat([skipped, nowhere, nowhere], 1).narrow(1, 2, States)], 2);
    }

    /// <summary>α[t, s], the summed score of all beginnings that are in state s at frame t: T tensors <c>[B, S]</c>.</summary>
    /// <remarks>In padded frames it stays as it was, so that the last one is that of the last valid frame.</remarks>
    public Tensor[] Forward()
    {
        var alphas = new Tensor[Frames];
        var alpha = Start();
        for (var t = 0; t < Frames; t++)
            alphas[t] = alpha = where(valid.narrow(1, t, 1), Activation.LogSumExp(WaysIn(alpha), 2) + Emissions.select(1, t), alpha);
        return alphas;
    }

    /// <summary>β[t, s], the summed score of all that can follow state s at frame t: T tensors <c>[B, S]</c>.</summary>
    public Tensor[] Backward()
    {
        var betas = new Tensor[Frames];
        var beta = End();
        for (var t = Frames - 1; t >= 0; t--)
        {
            betas[t] = beta;
            beta = where(valid.narrow(1, t, 1), Activation.LogSumExp(WaysOut(beta + Emissions.select(1, t)), 2), beta);
        }
        return betas;
    }

    /// <summary>The summed score of all alignments, <c>[B]</c>, from the last α.</summary>
    public Tensor LogPartition(Tensor alpha) => Activation.LogSumExp(alpha + End(), 1);

    private Tensor Nowhere() =>
        full([Labels.size(0), 1], double.NegativeInfinity, dtype: Emissions.dtype, device: Emissions.device);
}
