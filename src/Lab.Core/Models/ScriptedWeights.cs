using static TorchSharp.torch;

namespace Lab.Core.Models;

/// <summary>Weights from Python: TorchScript files, the one format that both sides read.</summary>
/// <remarks>
/// In Python <c>torch.jit.trace(model.eval(), example).save("model.pt")</c> or <c>torch.jit.script</c>; here
/// <c>ScriptedWeights.Load(network, "model.pt")</c>. Names and shapes must be those of the network, as its documentation lists
/// them; a plain <c>torch.save(model.state_dict())</c> cannot be read.
/// </remarks>
public static class ScriptedWeights
{
    /// <summary>Copies parameters and buffers of a TorchScript file into a module of the same architecture.</summary>
    /// <param name="module">Gets the numbers, in its own dtype and on its own device.</param>
    /// <param name="path">The file.</param>
    /// <param name="rename">Turns a name of the file into one of the module; null leaves names as they are.</param>
    /// <exception cref="ArgumentException">A file that is no TorchScript, or names or shapes that are not the module's: all of what
    /// differs is said, and the module is left as it was.</exception>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static void Load(nn.Module module, string path, Func<string, string>? rename = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.", path);

        using var scope = NewDisposeScope();
        using var script = Open(path);
        var given = script.named_parameters().Select(p => (p.name, Value: (Tensor)p.parameter))
            .Concat(script.named_buffers().Select(b => (b.name, Value: b.buffer)))
            .ToDictionary(entry => rename?.Invoke(entry.name) ?? entry.name, entry => entry.Value);
        var state = module.state_dict();
        var wrong = state.Keys.Except(given.Keys).Select(name => $"{name} is missing")
            .Concat(given.Keys.Except(state.Keys).Select(name => $"{name} is not the module's"))
            .Concat(from entry in state
                    where given.TryGetValue(entry.Key, out var value) && !value.shape.AsSpan().SequenceEqual(entry.Value.shape)
                    select $"{entry.Key} is [{string.Join(", ", given[entry.Key].shape)}] where the module has [{string.Join(", ", entry.Value.shape)}]")
            .ToArray();
        if (wrong.Length > 0)
        {
            var more = wrong.Length > 5 ? $", and {wrong.Length - 5} more" : "";
            throw new ArgumentException($"path must hold the state of the module, got one where {string.Join(", ", wrong.Take(5))}{more}.", nameof(path));
        }
        using var noGradient = no_grad();
        foreach (var (name, value) in state)
            value.copy_(given[name]);
    }

    private static jit.ScriptModule Open(string path)
    {
        try
        {
            return jit.load(path);
        }
        catch (System.Runtime.InteropServices.ExternalException unreadable)
        {
            throw new ArgumentException(
                $"path must be a TorchScript file, as torch.jit.trace(...).save writes it, got {path}, which LibTorch cannot read.",
                nameof(path), unreadable);
        }
    }
}
