using Lab.Core.Sequences.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Sequences;

public sealed class SequenceUtilitiesTests
{
    public static TheoryData<string, SequenceUtility, Func<long[], long[], double>> All => new()
    {
        { "exact", SequenceUtilities.Exact, (a, b) => a.SequenceEqual(b) ? 1 : 0 },
        { "overlap", SequenceUtilities.Overlap, (a, b) => a.Length + b.Length == 0 ? 1
            : 2.0 * a.Distinct().Sum(v => Math.Min(a.Count(x => x == v), b.Count(x => x == v))) / (a.Length + b.Length) },
        { "edit", SequenceUtilities.EditSimilarity, (a, b) => 1 - (double)Edits(a, b) / Math.Max(1, Math.Max(a.Length, b.Length)) },
    };

    [Theory, MemberData(nameof(All))]
    public void Every_pair_is_worth_what_the_definition_says(string name, SequenceUtility utility, Func<long[], long[], double> definition)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7, CPU);
        var tokens = randint(0, 3, [4, 6, 5], dtype: ScalarType.Int64, generator: generator);
        var lengths = randint(0, 6, [4, 6], dtype: ScalarType.Int64, generator: generator);
        var worth = utility(tokens, lengths);
        for (var b = 0; b < 4; b++)
            for (var i = 0; i < 6; i++)
                for (var j = 0; j < 6; j++)
                    Assert.True(Math.Abs(definition(Row(b, i), Row(b, j)) - worth[b, i, j].ToDouble()) < 1e-12, $"{name} [{b}, {i}, {j}]");

        long[] Row(int b, int i) => tokens[b, i].data<long>().ToArray()[..(int)lengths[b, i].ToInt64()];
    }

    [Theory, MemberData(nameof(All))]
    public void Nothing_is_left_behind_and_bad_input_is_refused(string name, SequenceUtility utility, Func<long[], long[], double> definition)
    {
        Assert.NotNull(name + definition);
        using var scope = NewDisposeScope();
        var (tokens, lengths) = (zeros(2, 3, 4, dtype: ScalarType.Int64), ones(2, 3, dtype: ScalarType.Int64));
        var before = scope.DisposablesCount;
        utility(tokens, lengths);
        Assert.Equal(before + 1, scope.DisposablesCount);

        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => utility(tokens[0], lengths)).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentException>(() => utility(tokens.to(ScalarType.Float32), lengths)).ParamName);
        Assert.Equal("lengths", Assert.Throws<ArgumentException>(() => utility(tokens, lengths[0])).ParamName);
        Assert.Equal("lengths", Assert.Throws<ArgumentException>(() => utility(tokens, lengths + 4)).ParamName);
    }

    /// <summary>Levenshtein's distance by its recursion.</summary>
    private static int Edits(ReadOnlySpan<long> a, ReadOnlySpan<long> b) => a.Length == 0 || b.Length == 0
        ? Math.Max(a.Length, b.Length)
        : Math.Min(Edits(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1), 1 + Math.Min(Edits(a[1..], b), Edits(a, b[1..])));
}
