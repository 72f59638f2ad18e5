using System.Diagnostics;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class TensorTableTests
{
    [Fact]
    public void A_matrix_shows_name_type_shape_device_and_values()
    {
        var logits = tensor(new[,] { { 1.5f, -0.25f, float.NaN }, { 10f, float.PositiveInfinity, 3e-9f } });
        Assert.Equal(
            """
            logits: float32 [2, 3] on cpu
                 cat    dog  bird
            a   1.50  -0.25   NaN
            b  10.00     +∞  3e-9
            """.ReplaceLineEndings("\n"), logits.Table(rows: ["a", "b"], columns: ["cat", "dog", "bird"]).ToString());
    }

    [Fact]
    public void A_value_a_vector_and_an_empty_tensor_have_tables_too()
    {
        Assert.Equal("x: float64 [] on cpu\nvalue\n 2.25", tensor(2.25).Table("x").ToString());
        Assert.Equal("x: int64 [3] on cpu\n0  1  2\n4  5  6", tensor(new long[] { 4, 5, 6 }).Table("x").ToString());
        Assert.Equal("x: float32 [0, 4] on cpu\nIt has no values.", zeros(0, 4).Table("x").ToString());
        Assert.Equal("x: bool [2] on cpu\n0  1\n1  0", tensor(new[] { true, false }).Table("x").ToString());
    }

    [Fact]
    public void Slices_are_named_and_the_rest_is_counted()
    {
        var text = arange(24).reshape(2, 3, 2, 2).Table("x").ToString();
        Assert.Contains("[0, 0, :, :]\n   0  1\n0  0  1\n1  2  3\n[0, 1, :, :]", text, StringComparison.Ordinal);
        Assert.EndsWith("… and 4 more of 6 slices.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_sides_are_cut_and_hidden_NaN_are_counted()
    {
        var x = zeros(100, 100);
        x[50, 50] = double.NaN;
        var table = x.Table();
        Assert.Contains("…", table.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("1 of the values left out is NaN or infinite.", table.ToString(), StringComparison.Ordinal);
        Assert.True(table.ToString().Split('\n').Length < 20);
        Assert.Contains("99", table.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_big_tensor_is_cut_before_it_is_copied()
    {
        using var x = zeros(1).expand(20_000, 100_000);
        var watch = Stopwatch.StartNew();
        x.Table().ToHtml();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Complex_half_and_disposed_tensors_are_shown_too()
    {
        Assert.Contains("1+2i", tensor(new System.Numerics.Complex(1, 2)).Table("z").ToString(), StringComparison.Ordinal);
        Assert.Contains("0.5", tensor(0.5).to(bfloat16).Table("h").ToString(), StringComparison.Ordinal);
        var gone = zeros(1);
        gone.Dispose();
        Assert.Equal("gone: disposed", gone.Table().ToString());
    }

    [Fact]
    public void Names_must_fit_the_sides() =>
        Assert.Contains("columns must hold 3 names, got 1", Assert.Throws<ArgumentException>(
            () => zeros(2, 3).Table(columns: ["a"])).Message, StringComparison.Ordinal);
}
