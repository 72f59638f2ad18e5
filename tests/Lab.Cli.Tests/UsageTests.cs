namespace Lab.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task Lab_alone_shows_the_commands()
    {
        var result = await LabProcess.Run([]);
        Assert.Equal((0, ""), (result.Exit, result.Error));
        foreach (var command in new[] { "run", "test", "list", "pairing", "bench", "kernel", "doctor", "data", "start", "check", "watch", "hint", "reset", "progress", "submit-check", "verify" })
            Assert.Contains($"\n  {command}", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "full name")]
    [InlineData("list", "table of the course")]
    [InlineData("pairing", "which head goes with which")]
    [InlineData("bench", "PyTorch in Python")]
    [InlineData("kernel", "Jupyter")]
    [InlineData("doctor", "needs of this machine")]
    public async Task Every_command_explains_itself(string command, string text)
    {
        var result = await LabProcess.Run([command, "--help"]);
        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab: 'lab' has no command 'docter' (did you mean doctor?). See `lab --help`.", "docter")]
    [InlineData("lab: 'lab' has no option --loud. See `lab --help`.", "--loud")]
    [InlineData("lab: 'lab doctor' has no option --loud. See `lab doctor --help`.", "doctor", "--loud")]
    [InlineData("lab: 'lab list' has no option --loud. See `lab list --help`.", "list", "--loud")]
    [InlineData("lab: 'lab run' was given an empty word. See `lab run --help`.", "run", "")]
    [InlineData("lab: 'lab data make' was given an empty word. See `lab data make --help`.", "data", "make", "digits", "--out", " ")]
    [InlineData("lab: --timeout wants a number, got 'x'. See `lab run --help`.", "run", "--timeout", "x")]
    [InlineData("lab: --jobs wants a whole number, got '1.5'. See `lab run --help`.", "run", "--jobs", "1.5")]
    [InlineData("lab: --seed wants a whole number, got 'x'. See `lab data make --help`.", "data", "make", "digits", "--seed", "x")]
    [InlineData("lab: 'lab doctor' takes no argument 'please'. See `lab doctor --help`.", "doctor", "please")]
    public async Task A_mistake_is_one_clear_line_and_exit_code_2(string line, params string[] arguments) =>
        Assert.Equal(new(2, "", line), await LabProcess.Run(arguments));

    [Fact]
    public async Task A_word_unlike_any_command_is_answered_with_all_of_them()
    {
        var result = await LabProcess.Run(["xyzzy"]);
        Assert.Contains("(there are run, test, list, pairing, bench, kernel, doctor, data, start, check, watch, hint, reset, progress, submit-check, verify, grade, pack)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_that_is_no_number_is_told_before_any_test_runs() => Assert.Equal(
        new(2, "", "lab: LAB_SEED must be a whole number or \"random\", got \"x1\"."),
        await LabProcess.Run(["test", "Softmax"], ("LAB_SEED", "x1")));

    [Fact]
    public async Task What_follows_two_dashes_is_no_option() =>
        Assert.Contains("'-x'", (await LabProcess.Run(["list", "--", "-x"])).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_set_that_may_not_be_fetched_is_explained()
    {
        var result = await LabProcess.Run(["data", "get", "conll2003", "--out", "/no/such/folder"]);
        Assert.Equal(1, result.Exit);
        Assert.StartsWith("lab: conll2003 cannot be fetched: its licence lets only its owners hand it out.", result.Error, StringComparison.Ordinal);
        Assert.Contains("https://trec.nist.gov/data/reuters/reuters.html", result.Error, StringComparison.Ordinal);
        Assert.Contains("/no/such/folder", result.Error, StringComparison.Ordinal);
    }
}
