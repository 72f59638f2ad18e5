using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, System.Collections.Generic.IReadOnlyList<Lab.Core.Dense.PixelKernel>, TorchSharp.torch.Tensor,
    TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Refinement;

/// <summary>The free energy against the sum over all labellings.</summary>
public sealed class FreeEnergySpec : CrfSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => DenseCrf.FreeEnergy;

    /// <summary><c>Σ_x Q(x)·(log Q(x) + E(x))</c> over all K^N labellings x.</summary>
    public override Op Oracle => (distributions, logits, kernels, compatibility) =>
    {
        var (b, k, n) = ((int)logits.size(0), (int)logits.size(1), (int)(logits.size(2) * logits.size(3)));
        var (q, z) = (distributions.reshape(b, k, n), logits.reshape(b, k, n));
        var weights = kernels.Select(kernel => CrfByHand.Weights(kernel, logits)).ToArray();
        var total = zeros([b], logits.dtype);
        for (var number = 0; number < (int)Math.Pow(k, n); number++)
        {
            var labels = Labels(number, k, n);
            var (chance, energy) = (ones([b], logits.dtype), zeros([b], logits.dtype));
            for (var i = 0; i < n; i++)
            {
                chance = chance * q.select(2, i).select(1, labels[i]);
                energy = energy - z.select(2, i).select(1, labels[i]);
                for (var j = 0; j < i; j++)
                    for (var m = 0; m < weights.Length; m++)
                        energy = energy + compatibility[m][labels[i]][labels[j]] * weights[m].select(1, i).select(1, j);
            }
            total = total + where(chance > 0, chance * (chance.clamp(min: 1e-300).log() + energy), zeros_like(chance));
        }
        return total;
    };

    private static int[] Labels(int number, int k, int n)
    {
        var labels = new int[n];
        for (var i = 0; i < n; i++)
            (number, labels[i]) = Math.DivRem(number, k);
        return labels;
    }

    /// <inheritdoc/>
    public override Gen<CrfCase> Cases =>
        from c in CrfCase.Any(symmetric: true, side: 3)
        select c with { K = c.H * c.W > 2 ? 2 : c.K, W = c.H > 1 ? Math.Min(c.W, 2) : c.W };

    /// <summary>Distributions are the softmax of another turn of the logits, and costs the same in either order, so that every step that a law
    /// takes stays where the energy is one.</summary>
    public override Tensor[] Call(Op op, CrfCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        using var scope = NewDisposeScope();
        var distributions = (3 * arguments[0].flip(1).tanh()).softmax(1);
        var costs = (arguments[2] + arguments[2].transpose(1, 2)) / 2;
        return [op(distributions, arguments[0], @case.Over(arguments[1]), costs).MoveToOuterDisposeScope()];
    }

    /// <summary>The sum of the pixels' energies and entropies.</summary>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(100 * magnitude);

    /// <inheritdoc/>
    protected override Tensor Use(Op op, Tensor logits, IReadOnlyList<PixelKernel> kernels, Tensor compatibility)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op(logits is { } z && z.is_floating_point() && z.dim() == 4 ? z.softmax(1) : ones(1, 2, 2, 3) / 2, logits!, kernels, compatibility);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        .. base.BadInputs,
        new("null for distributions", "distributions", () => [ones(1, 2, 2, 3), ones(1, 2, 2)], (op, x) => op(null!, x[0], [PixelKernel.Smoothness(1)], x[1])),
        new("distributions of other pixels", "distributions", () => [ones(1, 2, 2, 3), ones(1, 2, 2), ones(1, 2, 3, 2) / 2], (op, x) => op(x[2], x[0], [PixelKernel.Smoothness(1)], x[1])),
        new("distributions of another dtype", "distributions", () => [ones(1, 2, 2, 3), ones(1, 2, 2), ones([1, 2, 2, 3], ScalarType.Float64) / 2], (op, x) => op(x[2], x[0], [PixelKernel.Smoothness(1)], x[1])),
        new("logits for distributions", "distributions", () => [ones(1, 2, 2, 3), ones(1, 2, 2)], (op, x) => op(x[0], x[0], [PixelKernel.Smoothness(1)], x[1])),
        new("costs that depend on the order", "compatibility", () => [ones(1, 2, 2, 3), tensor([0f, 1, 2, 0]).reshape(1, 2, 2), ones(1, 2, 2, 3) / 2], (op, x) => op(x[2], x[0], [PixelKernel.Smoothness(1)], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, CrfCase>> OwnLaws =>
    [
        Own("a labelling has its energy", "Of distributions that are sure it is the CRF's energy of that labelling: no entropy, and 0·log 0 is 0.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c);
            var labels = z.argmin(1, keepdim: true);
            var sure = zeros_like(z).scatter(1, labels, ones_like(z));
            var one = sure.flatten(2);
            var energy = -(one * z.flatten(2)).sum([1, 2]);
            for (var m = 0; m < kernels.Count; m++)
                energy = energy + 0.5 * einsum("bki,kl,bij,blj->b", one, costs[m], CrfByHand.Weights(kernels[m], z), one);
            return Comparison.Same("energy", op(sure, z, kernels, costs), energy, Tolerance.Times(1 + c.Scale));
        }),
        Own("without costs it is least at the softmax", "There it is minus Σ logsumexp(z), and elsewhere more.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c);
            var least = op(z.softmax(1), z, kernels, zeros_like(costs));
            var other = op(z.cos().softmax(1), z, kernels, zeros_like(costs));
            return Comparison.Same("least", least, -z.logsumexp(1).sum([1, 2]), Tolerance.Times(1 + c.Scale))
                .Then(() => Verdict.Require((other >= least - 1e-9).all().ToBoolean(), "It is less elsewhere."));
        }),
        Own("images do not see each other", "The energy of a batch is that of its images.", (op, c) =>
        {
            var (z, kernels, costs) = Problem(c with { B = 2, Kernels = CrfKernels.Smoothness });
            var q = z.softmax(1);
            var alone = cat([op(q.narrow(0, 0, 1), z.narrow(0, 0, 1), kernels, costs), op(q.narrow(0, 1, 1), z.narrow(0, 1, 1), kernels, costs)]);
            return Comparison.Same("energies", op(q, z, kernels, costs), alone, Tolerance);
        }),
    ];

    private static (Tensor Logits, IReadOnlyList<PixelKernel> Kernels, Tensor Costs) Problem(CrfCase c)
    {
        var drawn = c.Draw();
        return (drawn[0].Value, c.Over(drawn[1].Value), drawn[2].Value);
    }
}
