using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>The head that puts examples on a sphere: what is alike lies close together.</summary>
/// <remarks>
/// <para>Formula: <c>e = W·x / ‖W·x‖</c>. The dot product of two embeddings is their cosine, from -1 to 1. Without the
/// division a network can make two examples more alike by making one longer.</para>
/// <para>Losses on cosines need a temperature or a scale: as they are, a softmax over them can hardly be sure of
/// anything.</para>
/// <para>State: <c>project.weight</c> <c>[E, D]</c> and, if asked for, <c>project.bias</c> <c>[E]</c>: D·E numbers without it. A bias
/// pulls all embeddings to one side of the sphere, so it is off unless asked for.</para>
/// </remarks>
public sealed class EmbeddingHead : Module<Tensor, Tensor>
{
    private readonly Linear project;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="dimensions">Dimensions of the embedding E, positive.</param>
    /// <param name="bias">Whether the projection adds a vector of its own.</param>
    /// <exception cref="ArgumentException">A size that is not positive.</exception>
    public EmbeddingHead(long width, long dimensions, bool bias = false) : base(nameof(EmbeddingHead))
    {
        Require.Positive(width);
        Require.Positive(dimensions);
        project = Linear(width, dimensions, bias);
        RegisterComponents();
    }

    /// <summary>Maps features to embeddings.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Vectors of length 1, <c>[..., E]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, project);

        using var scope = NewDisposeScope();
        return Activation.L2Normalize(project.call(features)).MoveToOuterDisposeScope();
    }
}
