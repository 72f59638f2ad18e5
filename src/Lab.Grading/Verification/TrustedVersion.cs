using System.Reflection;
using Lab.Grading.Binding;
using Lab.Grading.Checks;
using Lab.Grading.Compilation;
using Lab.Grading.Labs;
using Lab.Specs.Harness;

namespace Lab.Grading.Verification;

/// <summary>A file of the lab's own authors, compiled and checked like a student's, and run in this process.</summary>
internal sealed class TrustedVersion
{
    private readonly StudentCompilation? compiled;
    private readonly Type? type;

    private TrustedVersion(StudentCompilation? compiled, Type? type, IReadOnlyList<string> problems) =>
        (this.compiled, this.type, Problems) = (compiled, type, problems);

    /// <summary>What is wrong with the file as a whole: errors of the compiler, or what student code may not use.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Compiles a file.</summary>
    public static TrustedVersion Of(string file, LabManifest lab)
    {
        var source = SourceFile.Read(file);
        if (source.Text is null)
            return new(null, null, [source.Reason]);
        var compiled = StudentCompiler.Compile(source.Text, lab);
        if (compiled.Errors.Length > 0)
            return new(null, null, [.. compiled.Errors.Select(e => e.ToString())]);
        var dangers = new StudentCheck(compiled, lab).Dangers();
        return new(
            compiled, Assembly.Load(StudentCompiler.Emit(compiled).Assembly).GetType(StudentMethods.ClassName),
            [.. dangers.Select(d => d.ToString())]);
    }

    /// <summary>An exercise's method, as a version of its op; null, and why, where there is none that may be used.</summary>
    public Delegate? Version(ExerciseManifest exercise, LabManifest lab, out string? problem)
    {
        problem = null;
        var spec = SpecCatalog.Of(exercise.Spec);
        var fix = CaseFix.Of(spec, exercise);
        if (compiled is null || new StudentMethods(compiled.Compilation).Find(exercise.Name, new Signature(exercise, spec, fix), out _) is not { } found)
        {
            problem = compiled is null ? "The file does not compile." : Why(exercise, spec, fix);
            return null;
        }
        if (new StudentCheck(compiled, lab).Forbidden(exercise, found.Method) is [var forbidden, ..])
        {
            problem = forbidden.ToString();
            return null;
        }
        return VersionBuilder.Make(exercise, spec, fix, type!.GetMethod(exercise.Name)!);
    }

    private string Why(ExerciseManifest exercise, Spec spec, CaseFix fix)
    {
        new StudentMethods(compiled!.Compilation).Find(exercise.Name, new Signature(exercise, spec, fix), out var why);
        return why;
    }
}
