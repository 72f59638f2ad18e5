namespace Lab.Kernel.Language;

/// <summary>
/// Pieces of code that the course's cells use again and again, offered where a statement begins. Each runs as it stands,
/// after the usings, so that there is something to change.
/// </summary>
internal static class Snippets
{
    /// <summary>All of them, the one with the usings first.</summary>
    public static IReadOnlyList<(string Name, string Text)> All { get; } =
    [
        ("usings", """
            using Lab.Core.Activations;
            using Lab.Core.Heads;
            using Lab.Core.Losses;
            using Lab.Core.Pairings;
            using Lab.Core.Runtime;
            using Lab.Plots;
            using Lab.Specs.Activations;
            using Lab.Specs.Losses;
            using TorchSharp;
            using static TorchSharp.torch;

            $"LibTorch {LibTorch.Load().Version} is ready."
            """),
        ("seed", "manual_seed(1);"),
        ("scope", """
            using (NewDisposeScope())
            {
                var logits = randn(8, 3);
            }
            """),
        ("train", """
            var (inputs, targets) = (randn(64, 16), randint(0, 10, [64], dtype: int64));
            var model = new LinearHead(16, 10);
            var losses = new List<double>();
            using (var optimizer = optim.Adam(model.parameters(), lr: 0.01))
            {
                foreach (var step in Progress.Over(100, "training"))
                {
                    using var scope = NewDisposeScope();
                    optimizer.zero_grad();
                    var loss = Loss.CrossEntropy(model.call(inputs), targets).mean();
                    loss.backward();
                    optimizer.step();
                    losses.Add(loss.ToDouble());
                    Progress.Note($"loss {losses[^1]:0.000}");
                }
            }
            Plot.Lines([new Series("training", losses)], "The loss falls.", "step", new Axis("loss", "nats"))
            """),
        ("op", """
            Tensor MySoftmax(Tensor logits, long dim, double temperature)
            {
                using var scope = NewDisposeScope();
                var z = logits / temperature;
                var powers = (z - z.amax([dim], keepdim: true)).exp();
                return (powers / powers.sum(dim, keepdim: true)).MoveToOuterDisposeScope();
            }

            new SoftmaxSpec().Judge(MySoftmax)
            """),
        ("judge", "new CrossEntropySpec().Judge(Loss.CrossEntropy)"),
        ("law", "new CrossEntropySpec().Judge(Loss.CrossEntropy, \"value equals the oracle's\", \"extreme magnitudes are right\")"),
        ("listing", "Listing.Of(typeof(Loss), nameof(Loss.CrossEntropy))"),
        ("table", "randn(3, 4).Table()"),
        ("lines", "Plot.Lines([new Series(\"name\", new[] { 1.0, 4, 9 })], \"What to see.\", \"x\", \"y\")"),
        ("points", "Plot.Points([new Series(\"name\", randn(100), randn(100))], \"What to see.\", \"x\", \"y\")"),
        ("bars", "Plot.Bars([\"a\", \"b\", \"c\"], [new Series(\"name\", new[] { 0.2, 0.5, 0.3 })], \"What to see.\", \"class\", \"probability\")"),
        ("heatmap", "Plot.Heatmap(randn(4, 6), \"What to see.\", x: \"column\", y: \"row\")"),
        ("histogram", "Plot.Histogram([(\"name\", randn(1000))], \"What to see.\", \"value\")"),
        ("function", "Plot.Function(x => x * x, -1, 1, \"What to see.\", \"x\", \"y\")"),
        ("images", "Plot.Images(rand(8, 28, 28), \"What to see.\")"),
        ("grid", """
            Figure.Grid(
                [
                    Plot.Function(Math.Sin, 0, 6, "Left.", "x", "sin x"),
                    Plot.Function(Math.Cos, 0, 6, "Right.", "x", "cos x"),
                ],
                "What to see, left and right.", columns: 2)
            """),
        ("pairing", "Pairing.Judge(head: \"LinearHead\", activation: \"softmax\", target: \"indices\", loss: \"CrossEntropy\")"),
    ];

    /// <summary>Those whose names begin as the word before the cursor, where that word begins its line.</summary>
    public static IEnumerable<Suggestion> At(string code, int start, int position)
    {
        var word = code[start..position];
        var indent = code[(start == 0 ? 0 : code.LastIndexOf('\n', start - 1) + 1)..start];
        return word.Length >= 2 && string.IsNullOrWhiteSpace(indent)
            ? All.Where(snippet => snippet.Name.StartsWith(word, StringComparison.Ordinal))
                .Select(snippet => new Suggestion(snippet.Text.ReplaceLineEndings("\n").Replace("\n", "\n" + indent, StringComparison.Ordinal), "snippet"))
            : [];
    }
}
