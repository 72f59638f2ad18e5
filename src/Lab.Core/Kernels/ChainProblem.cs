using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>A batch of chains as memory: sizes and pointers. Everything that is computed with it is in float64.</summary>
/// <typeparam name="T">float or double: the numbers that come in and go out.</typeparam>
internal sealed unsafe class ChainProblem<T>
    where T : unmanaged
{
    private readonly Tensor[] held;

    public ChainProblem(ChainInputs inputs)
    {
        var (emissions, transitions, start, end, mask, tags) = inputs;
        (Batch, Length, Tags) = (emissions.size(0), (int)emissions.size(1), (int)emissions.size(2));
        held = [emissions, transitions, start, end, .. new[] { mask, tags }.OfType<Tensor>()];
        Emissions = Memory.Of<T>(emissions);
        EmissionsEnd = Emissions + Batch * Length * Tags;
        Transitions = Memory.Of<T>(transitions);
        Start = Memory.Of<T>(start);
        End = Memory.Of<T>(end);
        Mask = mask is null ? null : Memory.Of<byte>(mask);
        Gold = tags is null ? null : Memory.Of<long>(tags);
    }

    /// <summary>B.</summary>
    public long Batch { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>K.</summary>
    public int Tags { get; }

    public T* Emissions { get; }

    /// <summary>Where they end.</summary>
    public T* EmissionsEnd { get; }

    public T* Transitions { get; }

    public T* Start { get; }

    public T* End { get; }

    /// <summary>One byte per place; null where all are valid.</summary>
    public byte* Mask { get; }

    /// <summary>The right tags; null where none are asked for.</summary>
    public long* Gold { get; }

    /// <summary>Writes the valid places of a chain, in order, and answers how many there are.</summary>
    /// <param name="chain">Which chain.</param>
    /// <param name="places">Room for T of them.</param>
    public int Places(long chain, int* places)
    {
        var count = 0;
        for (var t = 0; t < Length; t++)
            if (Mask is null || Mask[chain * Length + t] != 0)
                places[count++] = t;
        return count;
    }

    /// <summary>The emissions of a place, K of them.</summary>
    public T* EmissionsAt(long chain, int place) => Emissions + (chain * Length + place) * Tags;

    /// <summary>A place's emissions, where whole vectors can be read: what is behind the last tag may be anything.</summary>
    /// <param name="chain">Which chain.</param>
    /// <param name="place">Which place.</param>
    /// <param name="width">How many numbers will be read.</param>
    /// <param name="spare">Room for as many: the very last rows are copied, for there may be no memory behind them.</param>
    public T* Readable(long chain, int place, int width, T* spare)
    {
        var row = EmissionsAt(chain, place);
        if (row + width <= EmissionsEnd)
            return row;
        new Span<T>(row, Tags).CopyTo(new Span<T>(spare, Tags));
        return spare;
    }

    /// <summary>Eight numbers in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Wide(T* numbers)
    {
        if (typeof(T) == typeof(double))
            return Vector512.Load((double*)numbers);
        var (low, high) = Vector256.Widen(Vector256.Load((float*)numbers));
        return Vector512.Create(low, high);
    }

    /// <summary>The score of the right path, -∞ where it is forbidden.</summary>
    public double GoldScore(in ChainWalk walk)
    {
        var (score, before) = (0.0, -1L);
        for (var n = 0; n < walk.Valid; n++)
        {
            var tag = Gold[walk.Chain * Length + walk.Places[n]];
            score += Read(EmissionsAt(walk.Chain, walk.Places[n]) + tag) + (before < 0 ? Read(Start + tag) : Read(Transitions + before * Tags + tag));
            before = tag;
        }
        return before < 0 ? 0 : score + Read(End + before);
    }

    /// <summary>Keeps the tensors from being collected until here.</summary>
    public void KeepAlive() => GC.KeepAlive(held);

    /// <summary>Writes the first <paramref name="count"/> of eight numbers, or all, rounded to the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(T* numbers, Vector512<double> values, int count)
    {
        if (count < Vector512<double>.Count)
        {
            for (var j = 0; j < count; j++)
                Write(numbers + j, values.GetElement(j));
        }
        else if (typeof(T) == typeof(float))
            Vector256.Narrow(values.GetLower(), values.GetUpper()).Store((float*)numbers);
        else
            values.Store((double*)numbers);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Read(T* number) => typeof(T) == typeof(float) ? *(float*)number : *(double*)number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(T* number, double value)
    {
        if (typeof(T) == typeof(float))
            *(float*)number = (float)value;
        else
            *(double*)number = value;
    }
}

/// <summary>Where the numbers of CPU tensors lie, and how many threads may work on them.</summary>
internal static unsafe class Memory
{
    /// <summary>The numbers of a contiguous CPU tensor. They do not move, and live as long as the tensor.</summary>
    public static T* Of<T>(Tensor tensor)
        where T : unmanaged
    {
        if (tensor.numel() == 0)
            return null;
        if (tensor.numel() * tensor.element_size() <= int.MaxValue)
            return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        using var first = tensor.view(-1).narrow(0, 0, 1);                // a span cannot hold more
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Cuts chains into runs, one per thread that torch would use, and works on them.</summary>
    /// <param name="chains">How many chains.</param>
    /// <param name="work">Gets a run's number, its first chain and the one after its last.</param>
    /// <param name="worthwhile">Whether there is enough work for more than one thread.</param>
    public static void ForEachRun(long chains, bool worthwhile, Action<int, long, long> work)
    {
        var runs = Runs(chains, worthwhile);
        if (runs == 1)
            work(0, 0, chains);
        else
            Parallel.For(0, runs, new ParallelOptions { MaxDegreeOfParallelism = runs }, run =>
                work(run, chains * run / runs, chains * (run + 1) / runs));
    }

    /// <summary>How many runs <see cref="ForEachRun"/> makes.</summary>
    public static int Runs(long chains, bool worthwhile) => worthwhile ? (int)Math.Clamp(get_num_threads(), 1, Math.Max(1, chains)) : 1;
}
