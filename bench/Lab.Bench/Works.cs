using Lab.Core.Activations;
using Lab.Specs.Activations;
using Lab.Specs.Losses;
using Lab.Specs.Sequences.Ctc;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Bench;

/// <summary>All rows of the bench.</summary>
public static class Works
{
    /// <summary>A vocabulary's logits: as many as GPT-2's for 64 tokens.</summary>
    private static readonly (string Size, int B, int K, long[] Extra) vocabulary = ("64 x 50257", 64, 50257, []);

    /// <summary>A segmentation's logits: the 21 classes of Pascal VOC for four images.</summary>
    private static readonly (string Size, int B, int K, long[] Extra) pixels = ("4 x 21 x 256 x 256", 4, 21, [256, 256]);

    private static readonly (string Size, int B, int K, long[] Extra)[] quick =
        [("4 x 1000", 4, 1000, []), ("2 x 5 x 16 x 16", 2, 5, [16, 16])];

    /// <summary>The rows, by op and size.</summary>
    /// <param name="quick">Small sizes, that show that everything works and little about speed.</param>
    public static IReadOnlyList<Work> All(bool quick = false)
    {
        var sizes = quick ? Works.quick : [vocabulary, pixels];
        return
        [
            .. sizes.Select(s => Work.Of(
                new CrossEntropySpec(), s.Size,
                new ClassCase { B = s.B, K = s.K, Extra = new(s.Extra), Seed = 1, Scale = 3 },
                x => F.cross_entropy(x[0], x[1], reduction: torch.nn.Reduction.None), "nn.functional.cross_entropy")),
            .. sizes.Select(s => Work.Of(
                new LogSoftmaxSpec(), s.Size,
                new LogitsCase { Shape = new([s.B, s.K, .. s.Extra]), Dim = 1, Seed = 1, Scale = 3 },
                x => F.log_softmax(x[0], 1), "nn.functional.log_softmax")),
            .. sizes.Skip(1).Select(s => Work.Of(
                new FocalSpec(), s.Size,
                new ClassCase { B = s.B, K = s.K, Extra = new(s.Extra), Seed = 1, Scale = 3, Gamma = 2 },
                x => Focal(x[0], x[1]), "nn.functional.cross_entropy and what makes it focal")),
            Ctc(quick ? ("10 x 4 x 8", 4, 10, 8, 3) : ("50 x 16 x 20", 16, 50, 20, 10)),
            .. ChainWorks.All(quick),
            .. TreeWorks.All(quick),
            .. MapWorks.All(quick),
            .. DenseWorks.All(quick),
            RefineWorks.DenseCrf(quick),
            .. DecodingWorks.All(quick),
            .. BeamWorks.All(quick),
            .. SetWorks.All(quick),
        ];
    }

    /// <summary>With a log-softmax before it on both sides: the library's gradient in log-probabilities is that in logits.</summary>
    private static Work Ctc((string Size, int B, int T, int K, int U) size)
    {
        torch.Tensor All(int length) => torch.full([size.B], length, dtype: torch.int64);
        return Work.Of(
            new CtcLossSpec(), size.Size, new CtcCase { B = size.B, T = size.T, K = size.K, U = size.U, Seed = 1 },
            x => F.ctc_loss(
                F.log_softmax(x[0], 2).transpose(0, 1), x[1], All(size.T), All(size.U), reduction: torch.nn.Reduction.None),
            "nn.functional.ctc_loss of log_softmax", x => [Activation.LogSoftmax(x[0], 2), .. x.Skip(1)]);
    }

    /// <summary>The library has no softmax focal loss: what its users write.</summary>
    private static torch.Tensor Focal(torch.Tensor logits, torch.Tensor targets)
    {
        var surprise = F.cross_entropy(logits, targets, reduction: torch.nn.Reduction.None);
        return (1 - (-surprise).exp()).pow(2) * surprise;
    }

    /// <summary>The name of the rows that are no op's: how long the Jupyter kernel takes to start.</summary>
    public const string KernelStart = "kernel-start";

    /// <summary>The name of the figure that is no op's: what memory a process holds that decodes for long.</summary>
    public const string DecodingMemory = "decoding-memory";

    /// <summary>The rows whose op is named, by any part of the name: <c>cross-entropy</c>, <c>softmax</c>.</summary>
    /// <exception cref="ArgumentException">A name that is part of none; <see cref="KernelStart"/> and <see cref="DecodingMemory"/> are no op's.</exception>
    public static IReadOnlyList<Work> Named(IReadOnlyCollection<string> names, bool quick = false)
    {
        ArgumentNullException.ThrowIfNull(names);
        var all = All(quick);
        if (names.FirstOrDefault(name => !all.Any(work => Matches(work, name))) is { } unknown)
        {
            throw new ArgumentException(
                $"The bench has no row named '{unknown}'. There are: {string.Join(", ", all.Select(w => w.Op).Distinct())}, {KernelStart}, {DecodingMemory}.", nameof(names));
        }
        return names.Count == 0 ? all : [.. all.Where(work => names.Any(name => Matches(work, name)))];
    }

    private static bool Matches(Work work, string name)
    {
        var plain = string.Concat(name.Where(char.IsLetterOrDigit));
        return plain.Length > 0 && work.Op.Contains(plain, StringComparison.OrdinalIgnoreCase);
    }
}
