using System.Collections.Concurrent;
using System.Text;
using Lab.Grading.Compilation;
using Lab.Grading.Isolation;

namespace Lab.Grading.Judging;

/// <summary>
/// The judging process: compiles, checks, and tries laws on code that runs in yet another process. The grader lives apart from it,
/// since LibTorch may end a process for an operation on what student code gave back.
/// </summary>
internal static class JudgeProgram
{
    /// <summary>What the program is started with.</summary>
    public const string Argument = "judge";

    private const int CpuSeconds = 900;

    /// <summary>Answers until the grader hangs up.</summary>
    public static void Serve(Stream requests, Stream answers)
    {
        TorchSharp.torch.set_num_threads(1);
        using var waiting = new BlockingCollection<JudgeRequest>();
        var reading = new Thread(() => Read(requests, waiting)) { IsBackground = true };
        reading.Start();
        var pools = new Dictionary<long, ProcessPool>();
        PoolOf(new GradeOptions().MemoryBytes).Prepare();
        StudentCompiler.WarmUp();
        foreach (var request in waiting.GetConsumingEnumerable())
        {
            var examiner = new Examiner(PoolOf(request.Options.MemoryBytes))
            {
                ChecksSymbols = request.ChecksSymbols,
                Done = request.Done,
                OnBegin = place => JudgeJson.Write(answers, new JudgeAnswer(Begins: place)),
            };
            if (request.FingerprintOf is { } exercise)
            {
                var (fingerprint, problem) = examiner.Fingerprint(request.Submission, request.Lab with { Folder = request.Folder }, exercise, request.Options);
                JudgeJson.Write(answers, new JudgeAnswer(Fingerprint: fingerprint, Problem: fingerprint is null ? problem : null));
                continue;
            }
            var report = examiner.Grade(
                request.Submission, request.Lab with { Folder = request.Folder }, request.Options, law => JudgeJson.Write(answers, new JudgeAnswer(Law: law)));
            JudgeJson.Write(answers, new JudgeAnswer(Report: report));
        }
        foreach (var pool in pools.Values)
            pool.Dispose();

        ProcessPool PoolOf(long memory) => pools.TryGetValue(memory, out var pool)
            ? pool
            : pools[memory] = new(Sandbox.Best, new(memory, CpuSeconds));
    }

    private static void Read(Stream requests, BlockingCollection<JudgeRequest> waiting)
    {
        using var reader = new StreamReader(requests, Encoding.UTF8);
        while (JudgeJson.Read<JudgeRequest>(reader.ReadLine()) is { } request)
            waiting.Add(request);
        waiting.CompleteAdding();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        Environment.Exit(0);                                          // the grader is gone: nobody waits for what is graded still
    }
}
