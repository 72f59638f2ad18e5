using System.Numerics;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>A batch of chains: contiguous CPU tensors of one dtype, and a mask and right tags where there are any.</summary>
internal sealed record ChainInputs(Tensor Emissions, Tensor Transitions, Tensor Start, Tensor End, Tensor? Mask, Tensor? Tags)
{
    /// <summary>Some of the chains.</summary>
    public ChainInputs Narrow(long first, long count) => this with
    {
        Emissions = Emissions.narrow(0, first, count),
        Mask = Mask?.narrow(0, first, count),
        Tags = Tags?.narrow(0, first, count),
    };
}

/// <summary>
/// The gradient of each chain's own value: in its emissions <c>[B, T, K]</c>, and in the transitions <c>[B, K, K]</c>. That in start and
/// end is that in the emissions of the first place and the last.
/// </summary>
internal sealed unsafe record ChainGradient(Tensor Emissions, Tensor Transitions)
{
    private const long Small = 1 << 20;                                   // entries
    private const long AtOnce = 1 << 22;

    /// <summary>Room for one.</summary>
    public static ChainGradient Empty(ChainInputs inputs)
    {
        var (emissions, transitions) = (inputs.Emissions, inputs.Transitions);
        return new(
            inputs.Mask is null ? empty(emissions.shape, emissions.dtype) : zeros(emissions.shape, emissions.dtype),
            empty([emissions.size(0), transitions.size(0), transitions.size(0)], transitions.dtype));
    }

    /// <summary>Whether to keep it until it is asked for: not where few places have so many tags that K² entries a chain are most of it.</summary>
    public static bool IsToKeep(ChainInputs inputs)
    {
        var (batch, length, tags) = (inputs.Emissions.size(0), inputs.Emissions.size(1), inputs.Emissions.size(2));
        return batch * tags * tags <= Math.Max(Small, 8 * batch * length * tags);
    }

    /// <summary>The gradients in emissions, transitions, start and end where the one in the values is given.</summary>
    /// <param name="inputs">What the values were made of.</param>
    /// <param name="upstream">The gradient in the values, <c>[B]</c>.</param>
    /// <param name="kept">What was found on the way forward, only read; null finds it again, for some chains at a time.</param>
    public static Tensor[] Scaled(ChainInputs inputs, Tensor upstream, ChainGradient? kept)
    {
        if (kept is not null)
            return kept.Scaled(inputs, upstream);
        var (batch, tags) = (inputs.Emissions.size(0), inputs.Emissions.size(2));
        var block = Math.Max(1, AtOnce / (tags * tags));
        var parts = new List<Tensor[]>();
        for (var first = 0L; first < batch; first += block)
        {
            using var scope = NewDisposeScope();
            var some = inputs.Narrow(first, Math.Min(block, batch - first));
            var part = ChainLikelihood.Run(some, withGradient: true).Gradient!.Scaled(some, upstream.narrow(0, first, some.Emissions.size(0)));
            parts.Add([.. part.Select(p => p.MoveToOuterDisposeScope())]);
        }
        return parts is [var only] ? only
            : [cat([.. parts.Select(p => p[0])]), .. Enumerable.Range(1, 3).Select(i => stack([.. parts.Select(p => p[i])]).sum([0L]))];
    }

    private Tensor[] Scaled(ChainInputs inputs, Tensor upstream) =>
        Emissions.dtype == ScalarType.Float32 ? Scaled<float>(inputs, upstream) : Scaled<double>(inputs, upstream);

    private Tensor[] Scaled<T>(ChainInputs inputs, Tensor upstream)
        where T : unmanaged, INumberBase<T>
    {
        var (batch, length, tags) = (Emissions.size(0), Emissions.size(1), (int)Emissions.size(2));
        Tensor[] results = [empty_like(Emissions), empty_like(inputs.Transitions), empty_like(inputs.Start), empty_like(inputs.End)];
        T* found = Memory.Of<T>(Emissions), steps = Memory.Of<T>(Transitions), above = Memory.Of<T>(upstream), inEmissions = Memory.Of<T>(results[0]);
        var mask = inputs.Mask is null ? null : Memory.Of<byte>(inputs.Mask);
        using var room = new ChainRoom(ChainRoom.Bytes<double>(tags * tags) + 2 * ChainRoom.Bytes<double>(tags));
        double* inTransitions = room.Take<double>(tags * tags), inStart = room.Take<double>(tags), inEnd = room.Take<double>(tags);
        new Span<double>(inTransitions, tags * tags).Clear();
        new Span<double>(inStart, tags).Clear();
        new Span<double>(inEnd, tags).Clear();
        var size = length * tags;
        for (var chain = 0L; chain < batch; chain++)
        {
            Scale(found + chain * size, above[chain], inEmissions + chain * size, size);
            Add(steps + chain * tags * tags, above[chain], inTransitions, tags * tags);
            var (first, last) = Ends(mask == null ? null : mask + chain * length, length);
            if (first > last)
                continue;
            Add(found + chain * size + first * tags, above[chain], inStart, tags);
            Add(found + chain * size + last * tags, above[chain], inEnd, tags);
        }
        Write(inTransitions, Memory.Of<T>(results[1]), tags * tags);
        Write(inStart, Memory.Of<T>(results[2]), tags);
        Write(inEnd, Memory.Of<T>(results[3]), tags);
        GC.KeepAlive((inputs, upstream, results, this));
        return results;
    }

    /// <summary>The first valid place and the last; the last before the first where there is none.</summary>
    private static (long First, long Last) Ends(byte* mask, long length)
    {
        var (first, last) = (0L, length - 1);
        while (mask != null && first < length && mask[first] == 0)
            first++;
        while (mask != null && last >= first && mask[last] == 0)
            last--;
        return (first, last);
    }

    /// <summary>Times a number; what is 0 stays so, and does not become NaN where ∞ comes from above.</summary>
    private static void Scale<T>(T* numbers, T by, T* scaled, long count)
        where T : unmanaged, INumberBase<T>
    {
        var (factor, i) = (Vector512.Create(by), 0L);
        for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var some = Vector512.Load(numbers + i);
            Vector512.ConditionalSelect(Vector512.Equals(some, Vector512<T>.Zero), some, some * factor).Store(scaled + i);
        }
        for (; i < count; i++)
            scaled[i] = T.IsZero(numbers[i]) ? numbers[i] : numbers[i] * by;
    }

    private static void Add<T>(T* numbers, T by, double* sums, long count)
        where T : unmanaged, INumberBase<T>
    {
        var (factor, i) = (double.CreateTruncating(by), 0L);
        for (; i <= count - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            var some = ChainProblem<T>.Wide(numbers + i);
            var scaled = Vector512.ConditionalSelect(Vector512.Equals(some, Vector512<double>.Zero), some, some * Vector512.Create(factor));
            (Vector512.Load(sums + i) + scaled).Store(sums + i);
        }
        for (; i < count; i++)
            sums[i] += T.IsZero(numbers[i]) ? 0 : factor * ChainProblem<T>.Read(numbers + i);
    }

    private static void Write<T>(double* numbers, T* to, int count)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < count; i++)
            ChainProblem<T>.Write(to + i, numbers[i]);
    }
}
