using System.Numerics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>One step of beam search without writing log-probabilities: each row is read for its partition, then for its best.</summary>
internal static unsafe class BeamStepKernel
{
    /// <summary>Best sums [B, count] in float64, the best first; their places in [0, K·V); sums with EOS [B, K] in float64.</summary>
    public static (Tensor Best, Tensor Places, Tensor Ended) Of(Tensor logits, Tensor scores, long eos, long count, bool normalised)
    {
        using var scope = NewDisposeScope();
        var rows = logits.contiguous();
        var sums = scores.to(ScalarType.Float64).contiguous();
        var best = full([scores.size(0), count], double.NegativeInfinity, dtype: ScalarType.Float64);
        var places = full([scores.size(0), count], eos == 0 && rows.size(1) > 1 ? 1 : 0, dtype: ScalarType.Int64);
        var ended = empty(scores.shape, dtype: ScalarType.Float64);
        var problem = new Problem
        {
            Examples = scores.size(0),
            Width = scores.size(1),
            Vocabulary = rows.size(1),
            Eos = eos,
            Count = (int)count,
            Normalised = normalised,
            Scores = ClassGrid.Pointer<double>(sums),
            Best = ClassGrid.Pointer<double>(best),
            Places = ClassGrid.Pointer<long>(places),
            Ended = ClassGrid.Pointer<double>(ended),
        };
        if (rows.dtype == ScalarType.Float32)
            problem.Run(ClassGrid.Pointer<float>(rows));
        else
            problem.Run(ClassGrid.Pointer<double>(rows));
        GC.KeepAlive(rows);
        GC.KeepAlive(sums);
        scope.MoveToOuter(best, places, ended);
        return (best, places, ended);
    }

    private sealed class Problem
    {
        public long Examples, Width, Vocabulary, Eos;
        public int Count;
        public bool Normalised;
        public double* Scores, Best, Ended;
        public long* Places;

        public void Run<T>(T* logits) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            new ClassGrid(Examples, Width * Vocabulary, 1).ForEachTile(tile =>
            {
                var greatest = new Greatest<double>(Count);
                var maxima = new T[Greatest<T>.Blocks(Vocabulary)];
                for (var b = tile.Place; b < tile.Place + tile.Count; b++)
                    Example(logits + b * Width * Vocabulary, b, maxima, greatest);
            });
        }

        private void Example<T>(T* logits, long b, T[] maxima, Greatest<double> greatest) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            greatest.Clear();
            for (var k = 0L; k < Width; k++)
                Row(logits + k * Vocabulary, Scores[b * Width + k], k * Vocabulary, maxima, greatest, out Ended[b * Width + k]);
            greatest.Sort();
            for (var i = 0; i < greatest.Values.Length; i++)
                (Best[b * Count + i], Places[b * Count + i]) = (greatest.Values[i], greatest.Places[i]);
        }

        private void Row<T>(T* z, double score, long place, Span<T> maxima, Greatest<double> greatest, out double end)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Lanes.BlockMaxima(z, Vocabulary, Greatest<T>.Block, maxima);
            var (max, sum) = (T.NegativeInfinity, T.Zero);
            if (Normalised)
                (max, sum) = (T.Zero, T.One);
            else
                Partition.Of(z, new(1, Vocabulary, 1), 1, &max, &sum);
            var logSum = T.Log(sum);
            end = Value(z[Eos], max, logSum, score);

            // A bound in units of logits, a little low, so that rounding loses nothing; then the sum itself is compared.
            var bound = Bound(greatest.Threshold - score, max, logSum);
            for (var block = 0; block < maxima.Length; block++)
            {
                if (!(maxima[block] > bound))
                    continue;
                var last = Math.Min(Vocabulary, (block + 1L) * Greatest<T>.Block);
                for (var i = (long)block * Greatest<T>.Block; i < last; i++)
                {
                    if (i <= last - Vector<T>.Count && !Vector.GreaterThanAny(Vector.Load(z + i), Vector.Create(bound)))
                    {
                        i += Vector<T>.Count - 1;
                        continue;
                    }
                    var value = Value(z[i], max, logSum, score);
                    if (!(value > greatest.Threshold) || i == Eos)
                        continue;
                    greatest.Add(value, place + i);
                    bound = Bound(greatest.Threshold - score, max, logSum);
                }
            }
        }

        /// <summary>Score and log-probability; -∞ where the row has no distribution.</summary>
        private static double Value<T>(T z, T max, T logSum, double score) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var value = score + double.CreateChecked(z - max - logSum);
            return double.IsNaN(value) ? double.NegativeInfinity : value;
        }

        private static T Bound<T>(double margin, T max, T logSum) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (!double.IsFinite(margin))
                return double.IsPositiveInfinity(margin) ? T.PositiveInfinity : T.NegativeInfinity;
            var bound = margin + double.CreateChecked(max) + double.CreateChecked(logSum);
            return T.CreateSaturating(bound - 1e-5 * (1 + Math.Abs(margin) + Math.Abs(double.CreateChecked(max))));
        }
    }
}
