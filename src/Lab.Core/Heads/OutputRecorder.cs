using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>
/// Keeps what chosen layers put out while a network trains: the outputs of the last calls and the gradients of the loss in
/// them, from the very forward and backward passes that train it. There is no second pass.
/// </summary>
/// <remarks>
/// <para>Watching changes nothing: the same numbers go on to the next layer and the same gradients come back, bit for bit, and
/// layers behave as they do in training (dropout drops, batch normalisation uses the batch).</para>
/// <para>What is kept are copies outside every dispose scope and without a graph, in a ring of fixed length per layer:
/// memory stays flat however long the training, and the graph is freed when it would be without the recorder.</para>
/// <para>A hook runs when a layer is called with <c>call</c>, as TorchSharp's own containers do, and not with
/// <c>forward</c>. A layer that is called several times in a step has a record per call.</para>
/// <para>Not for several threads at once. Source of the question: how to print the softmax during training, without
/// calling <c>predict</c> again and again.</para>
/// </remarks>
/// <example>
/// <code>
/// using var recorder = OutputRecorder.Of(model, ["head"], capacity: 50);
/// // ... train as always ...
/// var last = recorder["head"][^1];
/// var confidence = last.Probabilities().amax([1]).mean();
/// var push = last.Gradient!.norm();
/// </code>
/// </example>
public sealed class OutputRecorder : IDisposable
{
    private readonly Dictionary<string, LayerTape> tapes = [];
    private readonly Device? device;
    private bool disposed;

    /// <summary>Makes a recorder that watches nothing yet.</summary>
    /// <param name="capacity">How many calls are kept per layer, at least 1; the oldest make room.</param>
    /// <param name="device">Where the copies live; null leaves them where the layer computes, so that a GPU does not wait.</param>
    /// <param name="gradients">Whether to keep gradients too; they cost a copy of the output in each forward pass.</param>
    /// <param name="trainingOnly">Whether calls of a layer in evaluation mode are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A capacity below 1.</exception>
    public OutputRecorder(int capacity = 100, Device? device = null, bool gradients = true, bool trainingOnly = true)
    {
        if (capacity < 1)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Must be at least 1.");
        (Capacity, this.device, Gradients, TrainingOnly) = (capacity, device, gradients, trainingOnly);
    }

    /// <summary>How many calls are kept per layer.</summary>
    public int Capacity { get; }

    /// <summary>Whether gradients are kept.</summary>
    public bool Gradients { get; }

    /// <summary>Whether calls in evaluation mode are left out.</summary>
    public bool TrainingOnly { get; }

    /// <summary>The names of the watched layers.</summary>
    public IReadOnlyCollection<string> Layers => tapes.Keys;

    /// <summary>The calls kept of a layer, the oldest first; a snapshot of the list, not of the tensors.</summary>
    /// <exception cref="ArgumentException">No layer of that name is watched.</exception>
    /// <exception cref="InvalidOperationException">A gradient could not be copied, for want of memory perhaps.</exception>
    public IReadOnlyList<RecordedOutput> this[string layer] => TapeOf(layer).Records;

    /// <summary>Watches layers of a model by their names in its state dictionary: "head", "layers.2".</summary>
    /// <param name="model">The model, of any kind.</param>
    /// <param name="layers">Names of layers within it that map one tensor to one.</param>
    /// <param name="capacity">How many calls are kept per layer, at least 1.</param>
    /// <param name="device">Where the copies live; null leaves them where the layer computes.</param>
    /// <param name="gradients">Whether to keep gradients too.</param>
    /// <param name="trainingOnly">Whether calls of a layer in evaluation mode are left out.</param>
    /// <exception cref="ArgumentException">No such layer, one that does not map one tensor to one, or a name twice.</exception>
    public static OutputRecorder Of(
        Module model, IEnumerable<string> layers,
        int capacity = 100, Device? device = null, bool gradients = true, bool trainingOnly = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        var named = model.named_modules().ToDictionary(m => m.name, m => m.module);
        var recorder = new OutputRecorder(capacity, device, gradients, trainingOnly);
        try
        {
            foreach (var layer in layers)
            {
                recorder.Watch(layer, named.GetValueOrDefault(layer) ?? throw new ArgumentException(
                    $"layers must name layers of the model, {Listed(named.Keys)}, got \"{layer}\".", nameof(layers)));
            }
            return recorder;
        }
        catch
        {
            recorder.Dispose();
            throw;
        }
    }

    /// <summary>Watches one layer, from its next call on.</summary>
    /// <param name="name">What to call it here; not yet in use.</param>
    /// <param name="layer">A layer that maps one tensor to one.</param>
    /// <exception cref="ArgumentException">A name in use, or a layer with several inputs or outputs.</exception>
    public void Watch(string name, Module layer)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(layer);
        if (tapes.ContainsKey(name))
            throw new ArgumentException($"name must be new to the recorder, got \"{name}\", which it watches already.", nameof(name));
        if (layer is not Module<Tensor, Tensor> single)
        {
            throw new ArgumentException(
                $"layer must map one tensor to one, got \"{name}\" of type {layer.GetType().Name}: watch a layer inside it.", nameof(layer));
        }

        var tape = new LayerTape(Capacity, device);
        var hook = single.register_forward_hook((module, _, output) =>
        {
            if (TrainingOnly && !module.training)
                return output;
            var record = tape.Add(output);
            return Gradients && output.requires_grad && is_grad_enabled()
                ? GradientTap.Of(output, gradient => tape.Complete(record, gradient))
                : output;
        });
        tape.Unhook = hook.remove;
        tapes.Add(name, tape);
    }

    /// <summary>Forgets all that was recorded, and goes on watching.</summary>
    public void Clear()
    {
        foreach (var tape in tapes.Values)
            tape.Clear();
    }

    /// <summary>Stops watching, and frees what was recorded.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        foreach (var tape in tapes.Values)
            tape.Close();
    }

    private LayerTape TapeOf(string layer)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return tapes.GetValueOrDefault(layer) ?? throw new ArgumentException(
            $"layer must be one that is watched, {Listed(tapes.Keys)}, got \"{layer}\".", nameof(layer));
    }

    private static string Listed(IEnumerable<string> names) =>
        string.Join(", ", names.Where(n => n.Length > 0).Select(n => $"\"{n}\"").DefaultIfEmpty("of which there are none"));
}
