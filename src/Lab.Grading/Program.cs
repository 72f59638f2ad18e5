using Lab.Core.Runtime;
using Lab.Grading.Judging;
using Lab.Grading.Labs;

if (args is not [JudgeProgram.Argument])
{
    Console.Error.WriteLine("This program judges for the grader, which starts it by itself. Use `lab`.");
    return 2;
}
var requests = Console.OpenStandardInput();
var answers = Console.OpenStandardOutput();
Console.SetOut(TextWriter.Null);
try
{
    LibTorch.Load();
}
catch (LibTorchException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 3;
}
try
{
    JudgeProgram.Serve(requests, answers);
    return 0;
}
catch (LabException problem)
{
    Console.Error.WriteLine(JudgeProcess.Told + problem.Message);
    return 4;
}
