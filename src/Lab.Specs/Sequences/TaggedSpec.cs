using FsCheck;
using FsCheck.Fluent;

namespace Lab.Specs.Sequences;

/// <summary>What the specs of ops on chains and their right tags share.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class TaggedSpec<TOp> : ChainSpec<TOp>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<ChainCase> Cases => ChainCase.Any.Select(c => c with { Tagged = true });

    /// <inheritdoc/>
    protected override bool TakesTags => true;
}
