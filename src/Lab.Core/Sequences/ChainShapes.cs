using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>
/// The one shape dialect of linear chains: emissions <c>[B, T, K]</c>, transitions <c>[K, K]</c>, start and end <c>[K]</c>,
/// mask and tags <c>[B, T]</c>.
/// </summary>
internal static class ChainShapes
{
    public static void Check(Tensor emissions, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask)
    {
        Require.FloatingPoint(emissions);
        if (emissions.shape is not [_, > 0, > 0 and var tags])
            throw Require.BadShape(emissions, "[B, T, K] with T >= 1 and K >= 1");
        Scores(transitions, [tags, tags], emissions);
        if (start is not null)
            Scores(start, [tags], emissions);
        if (end is not null)
            Scores(end, [tags], emissions);
        if (mask is not null)
            Mask(mask, emissions);
    }

    /// <summary>A table of scores that belongs to emissions: shape, dtype and device.</summary>
    public static void Scores(
        Tensor scores, ReadOnlySpan<long> shape, Tensor emissions, [CallerArgumentExpression(nameof(scores))] string? name = null,
        [CallerArgumentExpression(nameof(emissions))] string? emissionsName = null)
    {
        ArgumentNullException.ThrowIfNull(scores, name);
        Require.Shape(scores, shape, name);
        Require.SameDtype(scores, emissions, name, emissionsName);
        Require.SameDevice(scores, emissions, name, emissionsName);
    }

    /// <summary>A boolean mask <c>[B, T]</c>.</summary>
    public static void Mask(
        Tensor mask, Tensor emissions, [CallerArgumentExpression(nameof(mask))] string? name = null,
        [CallerArgumentExpression(nameof(emissions))] string? emissionsName = null)
    {
        ArgumentNullException.ThrowIfNull(mask, name);
        if (mask.dtype != ScalarType.Bool)
            throw new ArgumentException($"{name} must be boolean (true = valid), got {mask.dtype}.", name);
        Require.Shape(mask, [emissions.size(0), emissions.size(1)], name);
        Require.SameDevice(mask, emissions, name, emissionsName);
    }

    /// <summary>A boolean mask <c>[B, T]</c> whose valid places come first in each row; whether they do is looked at on the CPU only, for
    /// it would stop a GPU's stream.</summary>
    public static void PrefixMask(
        Tensor mask, Tensor emissions, [CallerArgumentExpression(nameof(mask))] string? name = null,
        [CallerArgumentExpression(nameof(emissions))] string? emissionsName = null)
    {
        Mask(mask, emissions, name, emissionsName);
        if (mask.device_type != DeviceType.CPU || mask.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var (before, after) = (mask.narrow(1, 0, mask.size(1) - 1), mask.narrow(1, 1, mask.size(1) - 1));
        if (after.logical_and(before.logical_not()).any().ToBoolean())
            throw new ArgumentException($"{name} must have the valid places first in each row, got one with a hole.", name);
    }

    /// <summary>Tags <c>[B, T]</c> in [0, K) where the mask is true; what stands elsewhere is not looked at.</summary>
    public static void Tags(
        Tensor tags, Tensor emissions, Tensor? mask, [CallerArgumentExpression(nameof(tags))] string? name = null,
        [CallerArgumentExpression(nameof(emissions))] string? emissionsName = null)
    {
        ArgumentNullException.ThrowIfNull(tags, name);
        if (tags.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be tag indices of dtype Int64, got {tags.dtype}.", name);
        Require.Shape(tags, [emissions.size(0), emissions.size(1)], name);
        Require.SameDevice(tags, emissions, name, emissionsName);
        if (tags.device_type != DeviceType.CPU || tags.numel() == 0)
            return;                                                       // as Require.ClassIndices: it would stop a GPU's stream
        using var scope = NewDisposeScope();
        var count = emissions.size(2);
        var outside = (tags < 0).logical_or(tags >= count);
        if (mask is not null)
            outside = outside.logical_and(mask);
        if (outside.any().ToBoolean())
        {
            throw new ArgumentException(
                $"{name} must lie in [0, {count}) {(mask is null ? "(without a mask every place is valid)" : "where the mask is true")}, "
                + $"got {tags[outside][0].ToInt64()}.", name);
        }
    }

    public static void Form(CrfForm form)
    {
        if (!Enum.IsDefined(form))
            throw new ArgumentOutOfRangeException(nameof(form), form, "Must be Auto, Loop, Scan or Kernel.");
    }
}
