using Lab.Grading.Binding;
using Lab.Grading.Checks;
using Lab.Grading.Compilation;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Judging;

/// <summary>What is known of a submission before any of it runs: its assembly and its methods, or why it is not to run.</summary>
internal sealed class Preparation
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    /// <summary>Graded where it may run.</summary>
    public required SubmissionStatus Status { get; init; }

    /// <summary>Why it may not run.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the compiler or the check says.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The assembly.</summary>
    public byte[] Assembly { get; init; } = [];

    /// <summary>Its lines, for messages.</summary>
    public byte[] Symbols { get; init; } = [];

    /// <summary>By exercise: where the parameters of the student's method stand among the op's, or why there is no such method.</summary>
    public IReadOnlyDictionary<string, (int[]? Places, string Why)> Methods { get; init; } = new Dictionary<string, (int[]?, string)>();

    /// <summary>By exercise: what its method uses that it is to do by hand.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Finding>> Forbidden { get; init; } = new Dictionary<string, IReadOnlyList<Finding>>();

    /// <summary>Compiles and checks a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="checksSymbols">Whether it is checked for what it may not use.</param>
    /// <param name="cancel">Stops it.</param>
    public static Preparation Of(string text, LabManifest lab, bool checksSymbols, CancellationToken cancel)
    {
        if (Nesting.Problem(text) is { } bulky)
            return No(SubmissionStatus.DoesNotCompile, bulky, [new(0, 0, bulky)]);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit);
        try
        {
            return Nesting.Deep(() => Prepared(text, lab, checksSymbols, timed.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return No(SubmissionStatus.DoesNotCompile, $"The compiler needed more than {limit.TotalSeconds:0} s.", []);
        }
        catch (InsufficientExecutionStackException)
        {
            return No(SubmissionStatus.DoesNotCompile, "The code is nested too deep.", []);
        }
    }

    private static Preparation Prepared(string text, LabManifest lab, bool checksSymbols, CancellationToken cancel)
    {
        var compiled = StudentCompiler.Compile(text, lab, cancel);
        if (compiled.Errors.Length > 0)
            return No(SubmissionStatus.DoesNotCompile, $"The file does not compile: {compiled.Errors[0]}", compiled.Errors);
        var (assembly, symbols) = StudentCompiler.Emit(compiled, cancel);
        var check = new StudentCheck(compiled, lab);
        if (checksSymbols && Dangers(check, assembly) is [var danger, ..] dangers)
            return No(SubmissionStatus.Refused, $"The file uses what a lab does not need: {danger}", dangers);

        var found = new StudentMethods(compiled.Compilation);
        var methods = new Dictionary<string, (int[]?, string)>();
        var forbidden = new Dictionary<string, IReadOnlyList<Finding>>();
        foreach (var exercise in lab.Exercises)
        {
            var spec = SpecCatalog.Of(exercise.Spec);
            var method = found.Find(exercise.Name, new Signature(exercise, spec, CaseFix.Of(spec, exercise)), out var why);
            methods[exercise.Name] = (method?.Places, why);
            if (method is not null && checksSymbols && check.Forbidden(exercise, method.Value.Method) is { Count: > 0 } findings)
                forbidden[exercise.Name] = findings;
        }
        return new() { Status = SubmissionStatus.Graded, Assembly = assembly, Symbols = symbols, Methods = methods, Forbidden = forbidden };
    }

    private static IReadOnlyList<Finding> Dangers(StudentCheck check, byte[] assembly) =>
        check.Dangers() is { Count: > 0 } inSource ? inSource : [.. AssemblyCheck.Find(assembly).Select(why => new Finding(0, 0, why))];

    private static Preparation No(SubmissionStatus status, string reason, IReadOnlyList<Finding> findings) =>
        new() { Status = status, Reason = reason, Findings = findings };
}
