using Lab.Core.Sequences;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sequences;

/// <summary>The score of a path against that path's among all.</summary>
public sealed class PathScoreSpec : TaggedSpec<Op>
{
    /// <inheritdoc/>
    public override Op Op => Crf.PathScore;

    /// <inheritdoc/>
    public override Op Oracle => (emissions, tags, transitions, start, end, mask) => AllPaths.Each(
        new(emissions, null, transitions, start, end, mask), (all, b) => all.Scores[all.Number(tags, b, emissions.size(2))]);

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ChainCase @case, ChainTensors x) =>
        [op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask)];

    /// <inheritdoc/>
    protected override void Use(Op op, ChainTensors x) => op(x.Emissions, x.Tags!, x.Transitions, x.Start, x.End, x.Mask);
}
