using Lab.Core.Kernels;
using Lab.Specs.Harness;

namespace Lab.Core.Tests;

/// <summary>Every op of the library keeps every law of its spec. Nothing else belongs here: <c>lab test</c> cuts this class into parts.</summary>
public sealed class SpecTests
{
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(15);

    public static TheoryData<string, string> Laws()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (spec, law) in MyLaws())
            rows.Add(spec.Name, law);
        return rows;
    }

    [Theory, MemberData(nameof(Laws))]
    public void Law_holds(string op, string law) => Hold(op, law);

    public static TheoryData<string, string, string> LawsOfKernels()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var (spec, law) in MyLaws().Where(l => l.Spec.HasKernel))
            foreach (var form in Enum.GetNames<Form>())
                rows.Add(spec.Name, law, form);
        return rows;
    }

    /// <summary>At any size, where sizes would choose another one.</summary>
    [Theory, MemberData(nameof(LawsOfKernels))]
    public void Law_holds_in_either_form(string op, string law, string form)
    {
        using var only = Forms.Only(Enum.Parse<Form>(form));
        Hold(op, law);
    }

    private static IEnumerable<(Spec Spec, string Law)> MyLaws() =>
        from op in SpecCatalog.All.Index()
        from law in op.Item.LawNames.Index()
        where Part.Mine.Has(op.Index, law.Index)
        select (op.Item, law.Item);

    private static void Hold(string op, string law)
    {
        // A loop in native code cannot be stopped: the process ends, says where it was, and lab test counts a failure.
        using var hung = new Timer(
            _ => Environment.FailFast($"{op}: {law}: had not ended after {longest.TotalMinutes} minutes."), null, longest, Timeout.InfiniteTimeSpan);
        var result = SpecCatalog.Of(op).Check(law);
        Assert.True(result.Passed, result.ToString());
    }
}
