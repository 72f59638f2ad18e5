using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Lab.Shared;

namespace Lab.Cli;

/// <summary>Puts what is wrong with a command line into one line.</summary>
internal static class UsageError
{
    /// <summary>The first thing that is wrong, and where to read more; null when nothing is.</summary>
    public static string? Find(ParseResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            return Ended(result, $"'{Called(result)}' was given an empty word");
        var word = MistakenOption(result) ?? (result.UnmatchedTokens is [var first, ..] ? first : null);
        return word is null && result.Action is not ParseErrorAction ? null : Describe(result, word);
    }

    /// <summary>A misspelled option, which the parser would take for an argument; what follows <c>--</c> is none.</summary>
    private static string? MistakenOption(ParseResult result) =>
        result.Tokens.Any(token => token.Type == TokenType.DoubleDash) ? null
            : result.CommandResult.Tokens.FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-')?.Value;

    private static string Describe(ParseResult result, string? word)
    {
        var command = result.CommandResult.Command;
        var called = Called(result);
        var problem = word switch
        {
            ['-', ..] => $"'{called}' has no option {word}",
            not null when command.Subcommands.Count > 0 => $"'{called}' has no command '{word}'{Hint(word, command)}",
            not null => $"'{called}' takes no argument '{word}'",
            null when result.Errors[0].SymbolResult is OptionResult { Tokens: [var value, ..] } option =>
                $"{option.Option.Name} wants {Kind(option.Option.ValueType)}, got '{value.Value}'",
            null => result.Errors[0].Message.TrimEnd('.'),
        };
        return Ended(result, problem);
    }

    private static string Ended(ParseResult result, string problem) => $"{problem}. See `{Called(result)} --help`.";

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) => "a whole number",
        var number when number == typeof(double) => "a number",
        _ => "another value",
    };

    private static string Called(ParseResult result) => string.Join(' ', Path(result.CommandResult));

    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? Path(parent).Append(result.Command.Name) : ["lab"];

    private static string Hint(string word, Command command)
    {
        var names = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToList();
        return names.MinBy(name => Spelling.Distance(word, name)) is { } near && Spelling.Distance(word, near) <= 2
            ? $" (did you mean {near}?)"
            : $" (there are {string.Join(", ", names)})";
    }
}
