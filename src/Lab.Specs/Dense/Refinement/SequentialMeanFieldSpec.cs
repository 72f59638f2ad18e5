using FsCheck;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<
    TorchSharp.torch.Tensor, System.Collections.Generic.IReadOnlyList<Lab.Core.Dense.PixelKernel>, TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Mean field pixel by pixel against loops in plain doubles.</summary>
public sealed class SequentialMeanFieldSpec : CrfSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => DenseCrf.SequentialMeanField;

    /// <inheritdoc/>
    public override Op Oracle => (logits, kernels, compatibility, sweeps) =>
    {
        var (b, k, n) = ((int)logits.size(0), (int)logits.size(1), (int)(logits.size(2) * logits.size(3)));
        var (z, costs) = (ClosedForm.Numbers(logits), ClosedForm.Numbers(compatibility));
        var weights = kernels.Select(kernel => ClosedForm.Numbers(CrfByHand.Weights(kernel, logits))).ToArray();
        var q = ClosedForm.Numbers(logits.softmax(1));
        for (var sweep = 0; sweep < sweeps; sweep++)
            for (var image = 0; image < b; image++)
                for (var i = 0; i < n; i++)
                    Update(image, i);
        return tensor(q).reshape(logits.shape).to(logits.dtype);

        void Update(int image, int i)
        {
            var scores = new double[k];
            for (var label = 0; label < k; label++)
            {
                scores[label] = z[(image * k + label) * n + i];
                for (var m = 0; m < weights.Length; m++)
                    for (var other = 0; other < k; other++)
                        for (var j = 0; j < n; j++)
                            scores[label] -= costs[(m * k + label) * k + other] * weights[m][(image * n + i) * n + j] * q[(image * k + other) * n + j];
            }
            var sum = scores.Sum(s => Math.Exp(s - scores.Max()));
            for (var label = 0; label < k; label++)
                q[(image * k + label) * n + i] = Math.Exp(scores[label] - scores.Max()) / sum;
        }
    };

    /// <inheritdoc/>
    public override Gen<CrfCase> Cases => CrfCase.Any(symmetric: true);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, CrfCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], @case.Over(arguments[1]), arguments[2], @case.Iterations)];
    }

    /// <inheritdoc/>
    protected override Tensor Use(Op op, Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op(logits, kernels, compatibility, 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("no sweeps", "sweeps", () => [ones(1, 2, 2, 3), ones(1, 2, 2)], (op, x) => op(x[0], [PixelKernel.Smoothness(1)], x[1], 0)),
        new("costs that depend on the order", "compatibility", () => [ones(1, 2, 2, 3), tensor([0f, 1, 2, 0]).reshape(1, 2, 2)], (op, x) => op(x[0], [PixelKernel.Smoothness(1)], x[1], 1)),
        new("costs that are no numbers", "compatibility", () => [ones(1, 2, 2, 3), full([1, 2, 2], double.NaN)], (op, x) => op(x[0], [PixelKernel.Smoothness(1)], x[1], 1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, CrfCase>> OwnLaws =>
    [
        Own("distributions sum to 1", "At every pixel.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c);
            var sums = op(z, kernels, costs, c.Iterations).sum(1);
            return Comparison.Same("sum", sums, ones_like(sums), Tolerance);
        }),
        Own("the free energy never rises", "From the softmax of the logits on, sweep by sweep, whatever the costs: attraction, repulsion, any strength.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c with { Cost = 3 * c.Cost });
            var before = DenseCrf.FreeEnergy(z.softmax(1), z, kernels, costs);
            var verdict = Verdict.Holds;
            for (var sweeps = 1; sweeps <= 6 && !verdict.IsFailure; sweeps++)
            {
                var energy = DenseCrf.FreeEnergy(op(z, kernels, costs, sweeps), z, kernels, costs);
                verdict = Verdict.Require(
                    (energy <= before + 1e-9 * (1 + before.abs())).all().ToBoolean(),
                    $"In sweep {sweeps} it rises from {before[0].ToDouble()} to {energy[0].ToDouble()}.");
                before = energy;
            }
            return verdict;
        }),
        Own("what it settles on is a fixed point of mean field", "After many sweeps, all pixels at once change nothing either.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c with { Cost = 1 });
            var q = op(z, kernels, costs, 200);
            var message = kernels.Select((kernel, m) => einsum("kl,bij,blj->bki", costs[m], CrfByHand.Weights(kernel, z), q.flatten(2))).ToArray();
            return Comparison.Same("distribution", q.flatten(2), (z.flatten(2) - stack(message).sum([0])).softmax(1), new Tolerance(0, 1e-6));
        }) with { Cases = 20 },
    ];

    private static (Tensor Logits, IReadOnlyList<PixelKernel> Kernels, Tensor Costs) Problem(CrfCase c)
    {
        var drawn = c.Draw();
        return (drawn[0].Value, c.Over(drawn[1].Value), drawn[2].Value);
    }
}
