using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Laws;

/// <summary>The laws that every module keeps: what it is made of, how it is saved, moved and freed.</summary>
internal static class ModuleLaws
{
    private static readonly Tolerance exact = new(0, 0);

    public static IEnumerable<Law<Func<TCase, nn.Module<Tensor, TOutput>>, TCase>> Of<TOutput, TCase>(HeadSpec<TOutput, TCase> spec)
        where TCase : HeadCase
    {
        yield return new(
            "the state has the documented names and shapes",
            "state_dict has the documented keys and shapes; parameters learn, buffers do not; nothing is counted twice.",
            (op, c) =>
            {
                using var head = op(c);
                var learns = head.named_parameters().Where(p => p.parameter.requires_grad).Select(p => Entry(p.name, p.parameter));
                var fixedOnes = head.named_buffers().Where(b => !b.buffer.requires_grad).Select(b => Entry(b.name, b.buffer));
                return Same("parameters", learns, c.Parameters)
                    .Then(() => Same("buffers", fixedOnes, c.Buffers))
                    .Then(() => Same("state", head.state_dict().Select(s => Entry(s.Key, s.Value)), [.. c.Parameters, .. c.Buffers]));
            })
        { Cases = 20 };
        yield return new(
            "the gradient reaches every parameter",
            "Each parameter of a new module has a gradient, and not one of zeros only.",
            (op, c) =>
            {
                if (!spec.EverythingLearns(c))
                    return Verdict.DoesNotApply;
                using var head = op(c);
                var total = zeros([]);
                foreach (var output in spec.Tensors(head.call(Features(c))))
                    total = total + (output * rand_like(output)).sum();
                total.backward();
                return head.named_parameters().Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() => Verdict.Require(
                    p.parameter.grad is { } g && g.ne(0).any().ToBoolean(), $"{p.name} has no gradient.")));
            })
        { Cases = 20 };
        yield return new(
            "saved and loaded it answers the same",
            "A new module that is given another's saved state, buffers and all, puts out the same to the last bit.",
            (op, c) =>
            {
                using var head = op(c);
                using var other = op(c);
                using (no_grad())
                    foreach (var (_, buffer) in head.named_buffers())
                        buffer.mul_(0.75);
                using var file = new MemoryStream();
                using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
                    head.save(writer);
                file.Position = 0;
                using var reader = new BinaryReader(file);
                other.load(reader);
                return Exactly("result", spec, head, other, Features(c)).Then(() => head.named_buffers().Zip(other.named_buffers())
                    .Aggregate(Verdict.Holds, (verdict, b) =>
                        verdict.Then(() => Comparison.Same(b.First.name, b.Second.buffer, b.First.buffer, exact))));
            })
        { Cases = 20 };
        yield return new(
            "training and evaluation agree",
            "There is no dropout and no statistic of the batch: in both modes the module puts out the same.",
            (op, c) =>
            {
                using var head = op(c);
                head.train();
                var training = spec.Tensors(head.call(Features(c)));
                head.eval();
                return Outputs.Same(spec.Tensors(head.call(Features(c))), training, exact);
            })
        { Cases = 20 };
        yield return new(
            "leading dimensions are only leading",
            "Features [2, 3, D] give what the six rows [6, D] give, and a single row [D] what it gives among others.",
            (op, c) =>
            {
                var arguments = c.Draw().Select(a => a.Value).ToArray();
                using var head = HeadSpec<TOutput, TCase>.Build(op, c, arguments);
                var rows = Features(c).to(ScalarType.Float64);
                var flat = spec.Tensors(head.call(rows));
                var block = spec.Tensors(head.call(rows.reshape(2, 3, c.D)));
                var one = spec.Tensors(head.call(rows[4]));
                return Outputs.Same([.. block.Select(t => t.flatten(0, 1))], flat, spec.Tolerance)
                    .Then(() => Outputs.Same(one, [.. flat.Select(t => t[4])], spec.Tolerance));
            })
        { Cases = 30 };
        yield return new(
            "it moves as a whole",
            "to(Float64) and to(META) take every parameter and buffer along, and the output follows.",
            (op, c) =>
            {
                using var head = op(c);
                var single = spec.Tensors(head.call(Features(c)));
                head.to(ScalarType.Float64);
                var left = head.state_dict().FirstOrDefault(s => s.Value.dtype != ScalarType.Float64).Key;
                return Verdict.Require(left is null, $"{left} stayed behind in another dtype.")
                    .Then(() => Outputs.Same(
                        spec.Tensors(head.call(Features(c).to(ScalarType.Float64))),
                        [.. single.Select(t => t.is_floating_point() ? t.to(ScalarType.Float64) : t)], spec.SingleTolerance(c, 1)))
                    .Then(() =>
                    {
                        head.to(META);
                        var stayed = head.state_dict().FirstOrDefault(s => s.Value.device_type != DeviceType.META).Key;
                        return Verdict.Require(stayed is null, $"{stayed} stayed behind on another device.");
                    });
            })
        { Cases = 20 };
        yield return new(
            "it outlives the scope it is made in",
            "Made, and moved, inside a dispose scope a module works after the scope has ended, and when it is disposed all of it is.",
            (op, c) =>
            {
                var statistics = DisposeScopeManager.Statistics.TensorStatistics;
                var alive = statistics.ThreadTotalLiveCount;
                nn.Module<Tensor, TOutput> head;
                using (NewDisposeScope())
                    head = op(c);
                using (head)
                {
                    if (Dead(head, c) is { } made)
                        return Verdict.Fails($"{made} was disposed with the scope that the module was made in.");
                    using (NewDisposeScope())
                        head.to(ScalarType.Float64);
                    if (Dead(head, c) is { } moved)
                        return Verdict.Fails($"{moved} was disposed with the scope that the module was moved in.");
                    using var scope = NewDisposeScope();
                    head.call(Features(c).to(ScalarType.Float64));
                }
                return Verdict.Require(statistics.ThreadTotalLiveCount == alive, $"{statistics.ThreadTotalLiveCount - alive} tensors are still alive.");
            })
        { Cases = 10 };
    }

    /// <summary>Six rows, none of zeros.</summary>
    private static Tensor Features(HeadCase c)
    {
        using var generator = new Generator((ulong)c.Seed, CPU);
        return rand([6, c.D], generator: generator) + 0.5;
    }

    /// <summary>A tensor that the module had and has no more: the state dictionary leaves out what is disposed.</summary>
    private static string? Dead(nn.Module module, HeadCase c)
    {
        var state = module.state_dict();
        return c.Parameters.Concat(c.Buffers).FirstOrDefault(e => !state.TryGetValue(e.Name, out var t) || t.IsInvalid)?.Name;
    }

    private static StateEntry Entry(string name, Tensor tensor) => new(name, tensor.shape);

    private static Verdict Same(string what, IEnumerable<StateEntry> got, IEnumerable<StateEntry> expected)
    {
        var (have, want) = (Text(got), Text(expected));
        return Verdict.Require(have == want, $"The {what} are {have}, expected {want}.");

        static string Text(IEnumerable<StateEntry> entries) =>
            string.Join(", ", entries.Select(e => $"{e.Name} [{string.Join(", ", e.Shape)}]").Order(StringComparer.Ordinal));
    }

    private static Verdict Exactly<TOutput, TCase>(
        string what, HeadSpec<TOutput, TCase> spec, nn.Module<Tensor, TOutput> expected, nn.Module<Tensor, TOutput> got, Tensor features)
        where TCase : HeadCase =>
        spec.Tensors(got.call(features)).Zip(spec.Tensors(expected.call(features)))
            .Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() => Comparison.Same(what, pair.First, pair.Second, exact)));
}
