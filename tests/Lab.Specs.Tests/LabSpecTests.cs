using Lab.Specs.Harness;

namespace Lab.Specs.Tests;

/// <summary>The exercises' own specs: what they measure students by keeps every law itself.</summary>
public sealed class LabSpecTests
{
    public static TheoryData<string, string> Laws()
    {
        var rows = new TheoryData<string, string>();
        foreach (var spec in SpecCatalog.Labs)
            foreach (var law in spec.LawNames)
                rows.Add(spec.Name, law);
        return rows;
    }

    [Theory, MemberData(nameof(Laws))]
    public void Law_of_an_exercise_holds(string exercise, string law)
    {
        var result = SpecCatalog.Of(exercise).Check(law);
        Assert.True(result.Passed, result.ToString());
    }

    [Fact]
    public void No_exercise_has_the_name_of_an_op_or_of_another()
    {
        string[] names = [.. SpecCatalog.All.Concat(SpecCatalog.Labs).Select(spec => spec.Name)];
        Assert.NotEmpty(SpecCatalog.Labs);
        Assert.Equal(names.Distinct(), names);
    }
}
