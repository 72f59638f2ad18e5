namespace Lab.Cli.Tests;

public sealed class TestPlanTests
{
    [Fact]
    public void A_filter_is_part_of_a_name_unless_it_says_otherwise()
    {
        var arguments = TestPlan.Solution(["Softmax", "Lab.Core.*"], built: true);
        Assert.Equal(
            ["--filter-display-name", "*Softmax*", "--filter-display-name", "Lab.Core.*", "--ignore-exit-code", "8"],
            arguments[^6..]);
        Assert.DoesNotContain("--filter-display-name", TestPlan.Solution([], built: true));
    }

    [Fact]
    public void A_star_inside_a_filter_is_refused() =>
        Assert.Contains("got 'Soft*max'", Assert.Throws<UserException>(() => TestPlan.Solution(["Soft*max"], built: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_further_part_tries_nothing_but_laws_and_keeps_the_filter()
    {
        var arguments = TestPlan.Part(["Softmax"]);
        Assert.Equal(
            ["--filter-method", "Lab.Core.Tests.SpecTests.*", "--no-ansi", "--no-progress", "--filter-display-name", "*Softmax*", "--ignore-exit-code", "8"],
            arguments[^8..]);
        Assert.True(File.Exists(Path.Combine(arguments[arguments.IndexOf("--root-directory") + 1], arguments[arguments.IndexOf("--test-modules") + 1])));
    }

    [Fact]
    public void What_is_not_built_is_built_by_the_one_run_there_is() => Assert.DoesNotContain("--no-build", TestPlan.Solution([], built: false));
}
