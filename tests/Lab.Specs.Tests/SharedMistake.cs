using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Tests;

/// <summary>A spec whose oracle has the op's own mistake in the gradient.</summary>
internal sealed class SharedMistake : Spec<Func<Tensor, Tensor>, LogitsCase>
{
    public override Func<Tensor, Tensor> Op => z =>
    {
        if (z is null || !z.is_floating_point())
            throw new ArgumentException("logits must be floating point, got something else.", "logits");
        using var scope = NewDisposeScope();
        return (z.sigmoid().detach() + 0 * z).MoveToOuterDisposeScope();
    };

    public override Func<Tensor, Tensor> Oracle => Op;

    public override Gen<LogitsCase> Cases => new SigmoidSpec().Cases.Select(c => c with { Extremes = [1e4] });

    public override Tensor[] Call(Func<Tensor, Tensor> op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0])];

    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs => new SigmoidSpec().BadInputs;
}
