using System.Runtime.CompilerServices;
using Lab.Core.Runtime;

namespace Lab.Tests;

/// <summary>Loads LibTorch before any test of the assembly touches a tensor.</summary>
internal static class LoadLibTorch
{
    [ModuleInitializer]
    internal static void Load()
    {
        try
        {
            LibTorch.Load();
            TorchSharp.torch.set_num_threads(1); // the tests' tensors are tiny: a second thread only waits
        }
        catch (LibTorchException problem)
        {
            Console.Error.WriteLine(problem.Message);
            Environment.Exit(1);
        }
    }
}
