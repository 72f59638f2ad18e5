using Lab.Core.Runtime;
using Lab.Grading.Worker;

// The channel is taken before any student code is there; what that prints goes nowhere.
var requests = Console.OpenStandardInput();
var answers = Console.OpenStandardOutput();
Console.SetIn(TextReader.Null);
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
TorchSharp.torch.set_num_threads(1);
TorchSharp.torch.set_num_interop_threads(1);
StudentProgram.WarmUp();
new StudentProgram(requests, answers).Serve();
return 0;
