using System.Text;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Laws;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>The laws that every module keeps: what it is made of, what learns, how it is saved, moved and freed.</summary>
internal static class LawsOfModules
{
    private static readonly Tolerance exact = new(0, 0);

    public static IEnumerable<Law<ModuleOp<TCase>, TCase>> Of<TModule, TCase>(ModuleSpec<TModule, TCase> spec)
        where TModule : nn.Module
        where TCase : ModuleCase
    {
        yield return new(
            "the state has the documented names and shapes",
            "state_dict has the documented keys and shapes; parameters learn, buffers do not; nothing is counted twice.",
            (_, c) =>
            {
                using var module = spec.Make(c);
                var parameters = module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (p.name, (Tensor)p.parameter));
                return Same("parameters", parameters, c.Parameters)
                    .Then(() => Same("state", module.state_dict().Select(s => (s.Key, s.Value)), [.. c.Parameters, .. c.Buffers]));
            })
        { Cases = 20 };
        yield return new(
            "parameters learn as the oracle's would",
            "The gradient in every parameter equals that of the definition.",
            (_, c) =>
            {
                var drawn = c.Draw().Select(a => a.Value).ToArray();
                Tensor[] inputs = drawn[..^c.Packed];
                using var module = spec.Build(c, c.Named(drawn));
                Total(spec.Run(module, c, inputs), c.Seed).backward();
                var leaves = c.Named(drawn).ToDictionary(p => p.Key, p => p.Value.clone().requires_grad_());
                Total(spec.Oracle(c, inputs, leaves), c.Seed).backward();
                return module.named_parameters().Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() => Comparison.Same(
                    $"gradient in {p.name}", p.parameter.grad ?? zeros_like(p.parameter),
                    leaves[p.name].grad ?? zeros_like(leaves[p.name]), spec.Tolerance.Times(10))));
            });
        yield return new(
            "the gradient reaches every parameter",
            "Each parameter of a new module has a gradient, and not one of zeros only.",
            (_, _) =>
            {
                using var module = spec.Make(spec.Usual);
                module.to(ScalarType.Float64);
                Total(spec.Run(module, spec.Usual, Inputs(spec.Usual)), spec.Usual.Seed).backward();
                return module.named_parameters().Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() => Verdict.Require(
                    p.parameter.grad is { } g && g.ne(0).any().ToBoolean(), $"{p.name} has no gradient.")));
            })
        { Cases = 1 };
        yield return new(
            "saved and loaded it answers the same",
            "A new module that is given another's saved state puts out the same to the last bit.",
            (_, c) =>
            {
                var (module, inputs) = spec.Drawn(c);
                using (module)
                using (var other = spec.Make(c))
                using (var file = new MemoryStream())
                {
                    using (var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true))
                        module.save(writer);
                    file.Position = 0;
                    using var reader = new BinaryReader(file);
                    other.to(ScalarType.Float64);
                    other.load(reader);
                    other.eval();
                    return Outputs.Same(spec.Run(other, c, inputs), spec.Run(module, c, inputs), exact);
                }
            })
        { Cases = 20 };
        yield return new(
            "a call leaves only its result behind",
            "Of the tensors that a call makes, only the result is alive afterwards, with and without a gradient.",
            (_, c) =>
            {
                var (module, inputs) = spec.Drawn(c);
                using var kept = module;
                spec.Run(module, c, inputs);                          // what is kept for later calls is made now
                var statistics = DisposeScopeManager.Statistics.TensorStatistics;
                var before = statistics.ThreadTotalLiveCount;
                var made = spec.Run(module, c, inputs).Length + spec.MadeByRun;
                var left = statistics.ThreadTotalLiveCount - before - made;
                return Verdict.Require(left <= 0, $"{left} tensors besides the result are still alive after the call.");
            })
        { Cases = 10 };
        yield return new(
            "it outlives the scope it is made in",
            "Made inside a dispose scope a module works after the scope has ended, and when it is disposed all of it is.",
            (_, c) =>
            {
                var statistics = DisposeScopeManager.Statistics.TensorStatistics;
                var alive = statistics.ThreadTotalLiveCount;
                TModule module;
                using (NewDisposeScope())
                    module = spec.Make(c);
                using (module)
                using (NewDisposeScope())
                {
                    var dead = module.state_dict().FirstOrDefault(s => s.Value.IsInvalid).Key;
                    if (dead is not null)
                        return Verdict.Fails($"{dead} was disposed with the scope.");
                    module.to(ScalarType.Float64);
                    spec.Run(module, c, Inputs(c));
                }
                return Verdict.Require(statistics.ThreadTotalLiveCount == alive, $"{statistics.ThreadTotalLiveCount - alive} tensors are still alive.");
            })
        { Cases = 5 };
    }

    private static Tensor[] Inputs(ModuleCase c) => [.. c.Inputs().Select(a => a.Value)];

    /// <summary>Σ c·f with fixed random c, so that an error in one entry cannot be balanced by another.</summary>
    private static Tensor Total(IEnumerable<Tensor> outputs, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var total = zeros(1, dtype: ScalarType.Float64);
        foreach (var output in outputs.Where(o => o.requires_grad))
            total = total + (randn(output.shape, dtype: ScalarType.Float64, generator: generator) * output).sum();
        return total;
    }

    private static Verdict Same(string what, IEnumerable<(string Name, Tensor Value)> got, IEnumerable<StateEntry> expected)
    {
        var (have, want) = (Text(got.Select(g => new StateEntry(g.Name, g.Value.shape))), Text(expected));
        return Verdict.Require(have == want, $"The {what} are {have}, expected {want}.");

        static string Text(IEnumerable<StateEntry> entries) =>
            string.Join(", ", entries.Select(e => $"{e.Name} [{string.Join(", ", e.Shape)}]").Order(StringComparer.Ordinal));
    }
}
