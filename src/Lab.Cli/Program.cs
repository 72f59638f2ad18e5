using System.CommandLine;
using System.CommandLine.Help;
using Lab.Cli;
using Lab.Cli.Exercises;
using Lab.Core.Runtime;

var root = new RootCommand("The lab kit: a course on the output layer of neural networks, in C#.")
{
    RunCommand.Create(),
    TestCommand.Create(),
    ListCommand.Create(),
    PairingCommand.Create(),
    BenchCommand.Create(),
    KernelCommand.Create(),
    DoctorCommand.Create(),
    DataCommand.Create(),
    LabStartCommand.Create(),
    LabCheckCommand.Create(),
    LabWatchCommand.Create(),
    LabHintCommand.Create(),
    LabResetCommand.Create(),
    LabProgressCommand.Create(),
    LabSubmitCheckCommand.Create(),
    LabVerifyCommand.Create(),
    GradeCommand.Create(),
    PackCommand.Create(),
};
root.SetAction(result => new HelpAction().Invoke(result));            // `lab` alone

var result = root.Parse(args);
if (UsageError.Find(result) is { } mistake)
    return Failed(mistake, 2);
try
{
    return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UserException problem)
{
    return Failed(problem.Message, 2);
}
catch (Lab.Grading.Labs.LabException problem)
{
    return Failed(problem.Message, 2);
}
catch (LibTorchException problem)
{
    return Failed($"{problem.Message} (`lab doctor` looks at all the rest.)", 1);
}
catch (OperationCanceledException)
{
    return Failed("stopped.", 130);
}

static int Failed(string message, int exitCode)
{
    Console.Error.WriteLine($"lab: {message}");
    return exitCode;
}
