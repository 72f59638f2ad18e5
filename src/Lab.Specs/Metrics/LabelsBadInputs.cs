using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>What metrics over predicted and true class indices refuse.</summary>
internal static class LabelsBadInputs
{
    public static IEnumerable<BadInput<TOp>> Of<TOp>(Action<TOp, Tensor, Tensor, long> call)
        where TOp : Delegate
    {
        return
        [
            new("null for predictions", "predictions", () => [Maps()], (op, x) => call(op, null!, x[0], 2)),
            new("null for targets", "targets", () => [Maps()], (op, x) => call(op, x[0], null!, 2)),
            new("predictions of numbers", "predictions", () => [ones(1, 2, 2), Maps()], (op, x) => call(op, x[0], x[1], 2)),
            new("targets of numbers", "targets", () => [Maps(), ones(1, 2, 2)], (op, x) => call(op, x[0], x[1], 2)),
            new("maps of two sizes", "targets", () => [Maps(), zeros([1, 2, 3], dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], 2)),
            new("maps on two devices", "targets", () => [Maps(), zeros([1, 2, 2], dtype: ScalarType.Int64, device: META)], (op, x) => call(op, x[0], x[1], 2)),
            new("a predicted class that there is not", "predictions", () => [Maps() + 2, Maps()], (op, x) => call(op, x[0], x[1], 2)),
            new("the ignored index as a prediction", "predictions", () => [Maps() - 100, Maps()], (op, x) => call(op, x[0], x[1], 2)),
            new("a true class that there is not", "targets", () => [Maps(), Maps() + 2], (op, x) => call(op, x[0], x[1], 2)),
            new("no classes", "classes", () => [Maps(), Maps()], (op, x) => call(op, x[0], x[1], 0)),
        ];

        static Tensor Maps() => zeros([1, 2, 2], dtype: ScalarType.Int64);
    }
}
