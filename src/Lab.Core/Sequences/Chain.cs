using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>
/// A batch of linear chains, ready for recursions: valid places moved to the front, padding's emissions 0, half precision
/// widened to single. What it makes lives in its caller's scope.
/// </summary>
internal sealed class Chain
{
    private readonly Tensor? rank;                                        // [B, T]: where each place was moved to

    private Chain(Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor? mask)
    {
        (Dtype, Batch, Length, Tags) = (emissions.dtype, emissions.size(0), (int)emissions.size(1), emissions.size(2));
        (Transitions, Start, End) = (Widen(transitions), Widen(start), Widen(end));
        if (mask is null)
        {
            Emissions = Widen(emissions);
            Valid = ones([Batch, Length], ScalarType.Bool, emissions.device);
            return;
        }
        var valid = mask.to(ScalarType.Int64);
        rank = where(mask, valid.cumsum(1), valid.sum(1, keepdim: true) + (1 - valid).cumsum(1)) - 1;
        Valid = ToFront(mask);
        Emissions = ToFront(Widen(emissions.masked_fill(mask.logical_not().unsqueeze(2), 0)));
    }

    /// <summary>The dtype that results are to have.</summary>
    public ScalarType Dtype { get; }

    /// <summary>B.</summary>
    public long Batch { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>K.</summary>
    public long Tags { get; }

    /// <summary><c>[B, T, K]</c>.</summary>
    public Tensor Emissions { get; }

    /// <summary><c>[K, K]</c>, from the row's tag to the column's.</summary>
    public Tensor Transitions { get; }

    /// <summary><c>[K]</c>.</summary>
    public Tensor Start { get; }

    /// <summary><c>[K]</c>.</summary>
    public Tensor End { get; }

    /// <summary><c>[B, T]</c>: true for the first n places of a chain with n valid ones.</summary>
    public Tensor Valid { get; }

    /// <summary>Whether a chain has any place at all, <c>[B]</c>.</summary>
    public Tensor Any => Valid.select(1, 0);

    /// <summary>n of each chain, <c>[B]</c>.</summary>
    public Tensor Lengths => Valid.sum(1, type: ScalarType.Int64);

    public static Chain Of(Tensor emissions, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask) => new(
        emissions, transitions,
        start ?? zeros([emissions.size(2)], emissions.dtype, emissions.device),
        end ?? zeros([emissions.size(2)], emissions.dtype, emissions.device), mask);

    /// <summary>Whether place t is valid, <c>[B, 1]</c>.</summary>
    public Tensor ValidAt(int t) => Valid.narrow(1, t, 1);

    /// <summary>The emissions of place t, <c>[B, K]</c>.</summary>
    public Tensor At(int t) => Emissions.select(1, t);

    /// <summary>Moves valid places to the front: <c>[B, T, ...]</c>.</summary>
    public Tensor ToFront(Tensor places)
    {
        if (rank is null)
            return places;
        var order = zeros_like(rank).scatter_(1, rank, arange(Length, device: rank.device).expand(Batch, Length));
        return Take(places, order);
    }

    /// <summary>Moves places back to where they were: <c>[B, T, ...]</c>.</summary>
    public Tensor Back(Tensor places) => rank is null ? places : Take(places, rank);

    /// <summary>log Σ exp of the scores of all beginnings that end with each tag, place by place: <c>T x [B, K]</c>.</summary>
    public List<Tensor> Forward()
    {
        var alpha = Start + At(0);                                        // [B, K]
        var all = new List<Tensor> { alpha };
        for (var t = 1; t < Length; t++)
        {
            using var step = NewDisposeScope();
            var onward = Activation.LogSumExp(alpha.unsqueeze(2) + Transitions, 1) + At(t);        // sum over the tag before
            alpha = where(ValidAt(t), onward, alpha).MoveToOuterDisposeScope();
            all.Add(alpha);
        }
        return all;
    }

    /// <summary>log Σ exp of the scores of all endings that follow each tag, place by place: <c>T x [B, K]</c>.</summary>
    public List<Tensor> Backward()
    {
        var beta = End.expand(Batch, Tags);
        var all = new List<Tensor> { beta };
        for (var t = Length - 1; t > 0; t--)
        {
            using var step = NewDisposeScope();
            var onward = Activation.LogSumExp(Transitions + (At(t) + beta).unsqueeze(1), 2);       // sum over the tag after
            beta = where(ValidAt(t), onward, beta).MoveToOuterDisposeScope();
            all.Add(beta);
        }
        all.Reverse();
        return all;
    }

    /// <summary>log Z, <c>[B]</c>, from the last forward scores; a chain without places has one path, the empty one: 0.</summary>
    public Tensor Close(Tensor alpha) => Activation.LogSumExp(alpha + End, 1).masked_fill(Any.logical_not(), 0);

    private Tensor Widen(Tensor scores) => Dtype is ScalarType.Float16 or ScalarType.BFloat16 ? scores.to(ScalarType.Float32) : scores;

    private static Tensor Take(Tensor places, Tensor order)
    {
        var index = order;
        for (var dim = 2; dim < places.dim(); dim++)
            index = index.unsqueeze(dim);
        return places.gather(1, index.expand(places.shape));
    }
}
