using BenchmarkDotNet.Running;
using Lab.Bench.DotNet;

BenchmarkSwitcher.FromTypes([typeof(OpBenchmarks)]).Run(args, OpBenchmarks.InThisProcess());
