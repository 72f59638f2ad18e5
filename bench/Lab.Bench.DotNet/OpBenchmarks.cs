using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Lab.Core.Runtime;
using Lab.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Bench.DotNet;

/// <summary>The rows of <c>lab bench</c> under BenchmarkDotNet: the kit's op and the library's, with what each allocates.</summary>
[MemoryDiagnoser]
public class OpBenchmarks
{
    private DisposeScope? scope;
    private LocalContender? ours;
    private LocalContender? library;

    /// <summary>The rows.</summary>
    public static IEnumerable<Work> Rows => Works.All();

    /// <summary>Which row.</summary>
    [ParamsSource(nameof(Rows))]
    public Work? Row { get; set; }

    /// <summary>How many threads each side may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>In this process: one for each benchmark would load LibTorch, and fault its memory in, anew for every number.</summary>
    public static IConfig InThisProcess()
    {
        LibTorch.Load();
        return DefaultConfig.Instance
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
            .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "bench", "dotnet"));
    }

    /// <summary>Draws the inputs.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        scope = NewDisposeScope();
        var inputs = Row!.Draw();
        (ours, library) = (new(Row.Ours, inputs), new(Row.Library, inputs));
    }

    /// <summary>Frees the inputs.</summary>
    [GlobalCleanup]
    public void CleanUp() => scope?.Dispose();

    /// <summary>The library op, forward and backward.</summary>
    [Benchmark(Baseline = true)]
    public Lap Library() => library!.Run(Threads, 1);

    /// <summary>The kit's op, forward and backward.</summary>
    [Benchmark]
    public Lap Kit() => ours!.Run(Threads, 1);
}
