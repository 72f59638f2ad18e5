using static TorchSharp.torch;

namespace Lab.Bench;

/// <summary>Seconds of one forward and backward.</summary>
/// <param name="Forward">From the inputs to the value.</param>
/// <param name="Backward">From the upstream gradient to the gradients of the inputs, and freeing all that was made.</param>
public readonly record struct Lap(double Forward, double Backward)
{
    /// <summary>Both.</summary>
    public double Total => Forward + Backward;
}

/// <summary>One version of a row's op that takes part in the race.</summary>
internal interface IContender
{
    /// <summary>Value and gradients, freshly computed.</summary>
    Tensor[] Compute();

    /// <summary>Runs so many laps, and gives the mean of them.</summary>
    Lap Run(int threads, int count);
}

/// <summary>A version in this process.</summary>
internal sealed class LocalContender(Func<Tensor[], Tensor> op, WorkInputs inputs) : IContender
{
    public Tensor[] Compute()
    {
        var value = op(inputs.Values);
        return [value.detach(), .. Gradients(value)];
    }

    public Lap Run(int threads, int count)
    {
        if (get_num_threads() != threads)
            set_num_threads(threads);
        var (forward, backward) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            long middle;
            using (NewDisposeScope())
            {
                var value = op(inputs.Values);
                middle = System.Diagnostics.Stopwatch.GetTimestamp();
                Gradients(value);
            }
            forward += System.Diagnostics.Stopwatch.GetElapsedTime(start, middle).TotalSeconds;
            backward += System.Diagnostics.Stopwatch.GetElapsedTime(middle).TotalSeconds;
        }
        return new(forward / count, backward / count);
    }

    /// <summary>None where the op has none: an argmax.</summary>
    private IList<Tensor> Gradients(Tensor value) =>
        inputs.Differentiable.Length == 0 ? [] : autograd.grad([value], inputs.Differentiable, [inputs.Upstream]);
}
