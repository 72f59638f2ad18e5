using System.Reflection;
using Lab.Grading.Isolation;
using Lab.Grading.Judging;
using Lab.Grading.Labs;
using Lab.Grading.Reports;
using Lab.Specs.Harness;

namespace Lab.Grading.Tests;

/// <summary>A law says of code in another process what it says of the same code here: value, gradients of either order, layout, leaks, refusals.</summary>
public sealed class RemoteLawTests(RemoteLawTests.Pool shared) : IClassFixture<RemoteLawTests.Pool>
{
    private static readonly GradeOptions options = new() { LawTime = TimeSpan.FromSeconds(60), Cases = 12, Seed = 7 };

    [Theory]
    [InlineData("LogSumExp")]                              // one tensor, plain options
    [InlineData("CrossEntropy")]                           // an optional tensor, indices, two orders of gradient
    [InlineData("CtcLoss")]                                // lengths
    [InlineData("Viterbi")]                                // a record of results, no gradient
    [InlineData("Dice")]                                   // enums
    [InlineData("PathNegativeLogLikelihood")]              // several differentiable inputs
    public void The_librarys_own_op_keeps_every_law_from_afar(string op)
    {
        var spec = SpecCatalog.Of(op);
        var report = Grade(op, Forwarding(spec), spec.LawNames.Where(l => l is not ("the kernel equals the readable form" or "CUDA equals CPU")));
        Assert.True(report.Points == report.MaxPoints, string.Join("\n", report.Laws.Where(l => l.Points == 0).Select(l => $"{l.Law}: {l.Outcome}: {l.Reason}")));
    }

    [Theory]
    [InlineData("return Softmax.Right(logits, dim) * 1.001;", "value equals the oracle's")]
    [InlineData("return Softmax.Right(logits.detach(), dim);", "gradient equals the oracle's")]
    [InlineData("return Softmax.Right(logits, dim).to(ScalarType.Float64);", "float32 stays within its error bound")]
    [InlineData("return Softmax.Right(logits.clone().zero_() + logits, dim).reshape(-1).reshape(logits.shape).contiguous() + 0 * Softmax.Right(logits, dim).max();", "examples do not see each other", false)]
    [InlineData("logits.requires_grad_(false).fill_(0); return Softmax.Right(logits, dim);", "inputs are left unchanged")]
    [InlineData("_ = logits + 1; return Softmax.Right(logits, dim);", "no tensor is left behind")]
    [InlineData("return Softmax.Right(logits, dim);", "bad input is refused")]
    [InlineData("return Softmax.Right(logits, 0);", "value equals the oracle's")]
    public void A_law_that_a_mistake_breaks_is_broken_from_afar(string code, string law, bool broken = true)
    {
        var report = Grade("Softmax", $$"""
            using TorchSharp;
            using static TorchSharp.torch;

            public static class Lab
            {
                public static Tensor Softmax(Tensor logits, long dim, double temperature)
                {
                    {{code.Replace("Softmax.Right(", "Right(", StringComparison.Ordinal)}}
                    Tensor Right(Tensor z, long d)
                    {
                        using var scope = NewDisposeScope();
                        var e = (z / temperature - (z / temperature).amax([d], keepdim: true)).exp();
                        return (e / e.sum(d, keepdim: true)).MoveToOuterDisposeScope();
                    }
                }
            }
            """, [law]);
        Assert.True(report.Laws[0].Outcome == (broken ? LawOutcome.Failed : LawOutcome.Passed), $"{report.Status} {report.Reason} {report.Laws[0].Outcome}: {report.Laws[0].Reason}");
    }

    private GradeReport Grade(string op, string code, IEnumerable<string> laws)
    {
        using var folder = new TestFolder();
        var lab = new LabManifest
        {
            Lab = "92",
            Title = "From afar",
            Minutes = 1,
            Difficulty = 1,
            Exercises = [new() { Name = op, Spec = op, Laws = [.. laws.Select(l => new LawManifest { Law = l, Points = 1, NeedsGate = false })] }],
        };
        return new Examiner(shared.Processes) { ChecksSymbols = false }.Grade(Submission.Of(folder.Write("Lab.cs", code)), lab, options);
    }

    /// <summary>A student's file that calls the library's op.</summary>
    private static string Forwarding(Spec spec)
    {
        var method = (MethodInfo)spec.Subject;
        var parameters = spec.Parameters;
        return $$"""
            extern alias kit;

            public static class Lab
            {
                public static {{Name(method.ReturnType)}} {{spec.Name}}({{string.Join(", ", parameters.Select(p => $"{Name(p.ParameterType)} {p.Name}"))}}) =>
                    kit::{{method.DeclaringType!.FullName}}.{{method.Name}}({{string.Join(", ", parameters.Select(p => p.Name))}});
            }
            """;
    }

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } value ? Name(value) + "?"
        : type.Assembly.GetName().Name == "Lab.Core" ? "kit::" + type.FullName!.Replace('+', '.')
        : type.FullName!.Replace('+', '.');

    /// <summary>Processes for all tests of the class.</summary>
    public sealed class Pool : IDisposable
    {
        internal ProcessPool Processes { get; } = new(Sandbox.Best, new(2L << 30, 300));

        public void Dispose() => Processes.Dispose();
    }
}
