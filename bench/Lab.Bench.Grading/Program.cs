// How fast a class is graded, and whether the grader's memory stays flat.
//   dotnet run --project bench/Lab.Bench.Grading -- FILE LAB_FOLDER [COUNT] [JOBS]
// Grades one file COUNT times, each under a name of its own: first once cold, once warm, then all with JOBS at a time.
using System.Diagnostics;
using System.Globalization;
using Lab.Grading.Judging;
using Lab.Grading.Labs;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var file, var folder, .. var rest])
{
    Console.Error.WriteLine("FILE LAB_FOLDER [COUNT] [JOBS] were wanted.");
    return 2;
}
var count = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 100;
var jobs = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 2;
var lab = LabCatalog.LoadLab(folder);
await using var grader = new Grader(jobs);

await Timed("cold", 1);
await Timed("warm", 1);
await Timed("warm", 1);
var before = Memory();
if (count > 0)
    await Timed($"{count} submissions, {jobs} at a time", count);
Console.WriteLine($"memory of the grader: {before} MiB before, {Memory()} MiB after");
return 0;

async Task Timed(string what, int times)
{
    var watch = Stopwatch.StartNew();
    var reports = await Task.WhenAll(Enumerable.Range(0, times)
        .Select(i => grader.GradeAsync(new(Path.GetFullPath(file), $"{i:000}/Lab.cs", $"{i:000}"), lab, new())));
    Console.WriteLine($"{what}: {watch.Elapsed.TotalSeconds:0.00} s ({reports[0].Points} of {reports[0].MaxPoints} points, "
        + $"{reports[0].Status}, {reports[0].Isolation}{(reports[0].Reason.Length > 0 ? ", " + reports[0].Reason : "")})");
    foreach (var law in reports[0].Laws.Where(l => l.Points == 0 && times == 1))
        Console.WriteLine($"  {law.Exercise}, {law.Law}: {law.Outcome}: {law.Reason}");
}

static long Memory()
{
    using var me = Process.GetCurrentProcess();
    return me.WorkingSet64 >> 20;
}
