using Xunit.Sdk;
using Xunit.v3;

// TorchSharp frees the native copy of a number such as the 1 in `tensor + 1` when it is collected, and another thread's
// allocations may bring that about while native code still reads it: one test at a time does not meet it.
[assembly: Parallelization(Mode = ParallelMode.None)]
