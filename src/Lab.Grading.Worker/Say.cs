namespace Lab.Grading.Worker;

/// <summary>The kinds of messages between the judge and the process that runs student code.</summary>
internal enum Say : byte
{
    /// <summary>Judge: here is the assembly.</summary>
    Load = 1,

    /// <summary>Judge: call a method.</summary>
    Call,

    /// <summary>Judge: run the graph of an earlier call backwards.</summary>
    Backward,

    /// <summary>Worker: ready for the next message.</summary>
    Ready,

    /// <summary>Worker: the result of what was asked.</summary>
    Result,

    /// <summary>Worker: the method threw.</summary>
    Threw,
}

/// <summary>What a thrown exception was, beside its type and message.</summary>
[Flags]
internal enum Thrown : byte
{
    /// <summary>Something else.</summary>
    None = 0,

    /// <summary>An argument was refused.</summary>
    Argument = 1,

    /// <summary>... because it was null.</summary>
    Null = 2,

    /// <summary>... because it was out of range.</summary>
    Range = 4,

    /// <summary>Memory ran out.</summary>
    Memory = 8,
}
