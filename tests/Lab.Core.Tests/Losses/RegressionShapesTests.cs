using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Losses;

/// <summary>What a regression loss says of shapes that the library would broadcast.</summary>
public sealed class RegressionShapesTests
{
    [Fact]
    public void A_column_against_a_row_is_refused_with_both_shapes_and_a_cure()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => Loss.SquaredError(ones(4, 1), ones(4)));
        Assert.Equal(
            "targets must have the shape of predictions, [4, 1], got [4]. Broadcasting would pair every prediction with every "
            + "target: drop the extra dimension with squeeze, or add it with unsqueeze. (Parameter 'targets')", error.Message);
    }

    [Fact]
    public void A_variance_for_all_is_refused_by_its_own_name()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => Loss.GaussianNegativeLogLikelihood(ones(4), ones(1), ones(4)));
        Assert.StartsWith("variances must have the shape of means, [4], got [1].", error.Message, StringComparison.Ordinal);
    }
}
