using System.CommandLine;
using Lab.Cli;

var root = new RootCommand("The lab kit: a course on the output layer of neural networks.")
{
    RunCommand.Create(),
    TestCommand.Create(),
    ListCommand.Create(),
    DoctorCommand.Create(),
    DataCommand.Create(),
};
try
{
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (UserException problem)
{
    await Console.Error.WriteLineAsync($"lab: {problem.Message}");
    return 2;
}
