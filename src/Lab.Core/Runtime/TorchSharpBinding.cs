using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Lab.Core.Runtime;

/// <summary>Binds TorchSharp's calls to the native library that was loaded, and to no other.</summary>
internal static class TorchSharpBinding
{
    /// <summary>The private switches by which TorchSharp knows that its native library is there.</summary>
    internal static readonly string[] Switches = ["nativeBackendLoaded", "nativeBackendCudaLoaded"];

    /// <summary>
    /// Makes TorchSharp use the loaded library. Left alone it searches by name, and answers a failed search by copying
    /// all of LibTorch into the NuGet cache.
    /// </summary>
    /// <param name="shim">The handle of TorchSharp's native library.</param>
    public static void Bind(nint shim)
    {
        var assembly = typeof(torch).Assembly;
        try
        {
            NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == "LibTorchSharp" ? shim : 0);
        }
        catch (InvalidOperationException)
        {
            // Another part of the program has set one. The library is loaded, so that a search by name finds it too.
        }
        foreach (var name in Switches)
            typeof(torch).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)?.SetValue(null, true);
    }
}
