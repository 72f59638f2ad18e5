using Microsoft.CodeAnalysis.CSharp;

namespace Lab.Grading.Compilation;

/// <summary>Refuses code that is nested so deep, or drawn out so long, that it can only be meant for the compiler's stack.</summary>
internal static class Nesting
{
    private const int MostDepth = 100;
    private const int MostOfOneStatement = 3000;
    private const int MostTokens = 60_000;

    /// <summary>Why the compiler is not asked; null where it is. Tokens are read without recursion.</summary>
    public static string? Problem(string text)
    {
        var (depth, statement, total) = (0, 0, 0);
        foreach (var token in SyntaxFactory.ParseTokens(text))
        {
            depth += token.Kind() switch
            {
                SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken => 1,
                SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken => -1,
                _ => 0,
            };
            statement = token.Kind() is SyntaxKind.SemicolonToken or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken ? 0 : statement + 1;
            if (depth > MostDepth)
                return $"Brackets are nested more than {MostDepth} deep.";
            if (statement > MostOfOneStatement)
                return $"One statement has more than {MostOfOneStatement} words and signs.";
            if (++total > MostTokens)
                return $"The file has more than {MostTokens} words and signs.";
        }
        return null;
    }

    /// <summary>Runs a piece of work with a stack as large as deep code may need.</summary>
    /// <exception cref="InsufficientExecutionStackException">Even that did not do.</exception>
    public static T Deep<T>(Func<T> work)
    {
        T result = default!;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
#pragma warning disable CA1031 // It is thrown again on the thread that asked.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                thrown = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(problem);
            }
        }, 256 << 20);
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result;
    }
}
