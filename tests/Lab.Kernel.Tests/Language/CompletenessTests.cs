using Lab.Kernel.Language;

namespace Lab.Kernel.Tests.Language;

public sealed class CompletenessTests
{
    [Theory]
    [InlineData("1 + 1")]
    [InlineData("")]
    [InlineData("// nothing")]
    [InlineData("var x = 1;")]
    [InlineData("int F(int n)\n{\n    return n;\n}")]
    [InlineData("#!import kit.csx")]
    [InlineData("await Task.Delay(1);")]
    public void Code_that_can_run_is_complete(string code) => Assert.Equal("complete", (string?)Completeness.Of(code)["status"]);

    [Theory]
    [InlineData("int F(int n)\n{", "    ")]
    [InlineData("for (var i = 0; i < 3; i++)\n{\n    if (i > 1)\n    {", "        ")]
    [InlineData("var x =", "    ")]
    [InlineData("new[] { 1,", "    ")]
    [InlineData("Math.Max(1,", "    ")]
    [InlineData("var s = \"\"\"\n  text", "    ")]
    [InlineData("if (true)\n{\n}\nfor (;;)\n{", "    ")]
    public void Code_that_goes_on_is_incomplete_and_says_how_far_to_indent(string code, string indent)
    {
        var answer = Completeness.Of(code);
        Assert.Equal(("incomplete", indent), ((string?)answer["status"], (string?)answer["indent"]));
    }

    [Theory]
    [InlineData("var x = );")]
    [InlineData("int 3x = 1;")]
    [InlineData("#!unknown thing")]
    public void Code_that_can_never_run_is_invalid(string code) => Assert.Equal("invalid", (string?)Completeness.Of(code)["status"]);
}
