namespace Lab.Grading.Checks;

/// <summary>
/// What student code may use, by the names of types and members as metadata has them: a list of what is allowed, and everything else
/// is refused. The same rules judge what the compiler read (with lines) and what it wrote (without: nothing is left out there).
/// </summary>
internal static class ApiRules
{
    private const string Torch = "TorchSharp.torch";

    private static readonly HashSet<string> systemTypes =
    [
        "Object", "ValueType", "Void", "Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Int128", "UInt128", "Half",
        "Single", "Double", "Decimal", "Char", "String", "Enum", "Array", "Nullable", "Nullable`1", "Math", "MathF", "Index", "Range",
        "Predicate`1", "Comparison`1", "Converter`2", "Span`1", "ReadOnlySpan`1", "Memory`1", "ReadOnlyMemory`1", "MemoryExtensions",
        "IDisposable", "IComparable", "IComparable`1", "IEquatable`1", "IFormattable", "ISpanFormattable", "IFormatProvider", "IConvertible", "ICloneable",
        "HashCode", "Random", "Convert", "StringComparison", "StringComparer", "StringSplitOptions", "MidpointRounding", "Lazy`1",
        "Delegate", "MulticastDelegate", "Console", "Tuple", "ParamArrayAttribute", "FlagsAttribute", "ObsoleteAttribute", "Attribute", "AttributeUsageAttribute",
        "Exception", "SystemException", "ArgumentException", "ArgumentNullException", "ArgumentOutOfRangeException", "ArithmeticException",
        "DivideByZeroException", "FormatException", "IndexOutOfRangeException", "InvalidCastException", "InvalidOperationException",
        "NotImplementedException", "NotSupportedException", "NullReferenceException", "OutOfMemoryException", "OverflowException", "RankException",
        "ObjectDisposedException",
    ];

    private static readonly Dictionary<string, HashSet<string>> onlyMembers = new()
    {
        ["System.Console"] = ["Write", "WriteLine"],
        ["System.Delegate"] = ["op_Equality", "op_Inequality", "Combine", "Remove"],
        ["System.MulticastDelegate"] = ["op_Equality", "op_Inequality"],
        ["System.Globalization.CultureInfo"] = ["get_InvariantCulture", "InvariantCulture"],
        ["System.Globalization.NumberFormatInfo"] = ["get_InvariantInfo", "InvariantInfo"],
        ["System.Exception"] = [".ctor", "Message", "get_Message", "InnerException", "get_InnerException", "ToString"],
    };

    private static readonly HashSet<string> objectMembers = [".ctor", "Equals", "GetHashCode", "ToString", "ReferenceEquals", "MemberwiseClone"];

    /// <summary>What the compiler puts into an assembly by itself. In source these are refused.</summary>
    private static readonly HashSet<string> compilersOwn =
    [
        "System.Runtime.CompilerServices.RuntimeHelpers", "System.Runtime.CompilerServices.Unsafe", "System.Runtime.InteropServices.CollectionsMarshal",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.InteropServices.InAttribute", "System.Type", "System.RuntimeTypeHandle",
        "System.RuntimeFieldHandle", "System.Activator", "System.Environment", "System.IntPtr", "System.AttributeTargets",
        "System.Reflection.DefaultMemberAttribute", "System.Diagnostics.DebuggerBrowsableState",
    ];

    private static readonly Dictionary<string, HashSet<string>> compilersMembers = new()
    {
        ["System.Type"] = ["GetTypeFromHandle", "op_Equality", "op_Inequality"],
        ["System.Activator"] = ["CreateInstance"],
        ["System.Environment"] = ["get_CurrentManagedThreadId"],
        ["System.Runtime.CompilerServices.Unsafe"] = ["Add", "As", "AsRef"],
        ["System.Runtime.InteropServices.MemoryMarshal"] = ["CreateSpan", "CreateReadOnlySpan"],
        ["System.Runtime.InteropServices.CollectionsMarshal"] = ["SetCount", "AsSpan"],
        ["System.Object"] = ["Finalize"],
    };

    private static readonly (string Prefix, string What)[] reasons =
    [
        ("System.Reflection", "reflection"), ("System.Type", "reflection"), ("System.Activator", "reflection"), ("System.AppDomain", "the program itself"),
        ("System.IO", "files"), ("System.Net", "the network"), ("System.Diagnostics", "other processes and the debugger"),
        ("System.Threading", "threads and tasks"), ("System.Timers", "threads and tasks"), ("System.Runtime.InteropServices", "memory and native code"),
        ("System.Runtime.CompilerServices", "the compiler's own affairs"), ("System.Runtime.Loader", "loading code"), ("System.Environment", "the machine"),
        ("System.GC", "the garbage collector"), ("System.Linq.Expressions", "code made at run time"), ("System.Linq.Parallel", "threads and tasks"),
        ("Microsoft.CSharp", "dynamic code"), ("System.Dynamic", "dynamic code"), ("System.IntPtr", "memory and native code"),
        (Torch + "+jit", "TorchScript"), (Torch + "+hub", "downloads"), (Torch + "+utils", "files and data loaders"), (Torch + "+autograd", "the gradient's machinery"),
        (Torch + "+random", "global seeds"), (Torch + "+cuda", "devices"), (Torch + "+distributions", "distributions"), ("TorchSharp.PInvoke", "native code"),
    ];

    private static readonly string[] torchParts =
    [
        "jit", "hub", "utils", "random", "autograd", "cuda", "backends", "mps", "xpu", "profiler", "serialization", "export", "distributions", "optim",
        "ops", "overrides", "package", "multiprocessing", "data", "Storage", "nested", "distributed", "futures", "monitor", "testing", "onnx", "quantization",
    ];

    private static readonly HashSet<string> torchTypes =
    [
        "TorchSharp.torch", "TorchSharp.Scalar", "TorchSharp.ScalarExtensionMethods", "TorchSharp.TensorExtensionMethods", "TorchSharp.DeviceType", "TorchSharp.DisposeScope",
        "TorchSharp.Utils.TensorAccessor`1", "TorchSharp.ScalarType", "TorchSharp.FFTNormType", "TorchSharp.InterpolationMode",
    ];

    private static readonly HashSet<string> torchMembers =
    [
        "manualseed", "seed", "initialseed", "setrngstate", "getrngstate", "setdefaultdtype", "setdefaultdevice", "setnumthreads", "setnuminteropthreads",
        "setgradenabled", "setprintoptions", "setflushdenormal", "usedeterministicalgorithms", "initializedevice", "initializedevicetype", "tryinitializedevicetype",
        "trydeviceinitialize", "registerhook", "registerforwardhook", "registerforwardprehook", "registerbackwardhook", "handle", "dangerousgethandle", "fromhandle",
        "unsafecreatetensorbyhandle", "decouplefromnativehandle", "frombuffer", "fromfile", "fromarray", "save", "load", "saveasync", "loadasync", "savepy", "loadpy", "loadstatedict",
        "statedict", "backward", "requiresgrad_", "retaingrad", "grad", "sharememory", "set", "print", "ispinned", "pinmemory", "tensorstringstyle",
        "torecipe", "defaultgenerator", "datapointer", "toarrowtable", "exportmethods", "finalize", "inferencemode",
    ];

    /// <summary>Why a member may not be used; null where it may.</summary>
    /// <param name="assembly">The name of the assembly that declares it.</param>
    /// <param name="type">The full name of its type, nested ones after a plus sign, without type arguments.</param>
    /// <param name="member">Its name in metadata; null for the type as such.</param>
    /// <param name="written">Whether the compiler wrote it; not the student.</param>
    public static string? Refuse(string assembly, string type, string? member, bool written = false)
    {
        var allowed = assembly == "TorchSharp" ? TorchAllows(type, member) : SystemAllows(type, member, written);
        if (allowed)
            return null;
        var what = reasons.FirstOrDefault(r => type.StartsWith(r.Prefix, StringComparison.Ordinal)).What;
        return $"{Shown(type, member)} may not be used in a lab{(what is null ? "" : $": no {what}")}.";
    }

    /// <summary>A name without casing and underscores: softmax, Softmax, softmax_ and log_softmax's kin.</summary>
    public static string Plain(string name)
    {
        var bare = name is ".ctor" ? name
            : name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) && name.Length > 4 && char.IsUpper(name[4]) ? name[4..] : name;
        return bare.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>A member as the student knows it.</summary>
    public static string Shown(string type, string? member)
    {
        var last = type[(type.LastIndexOfAny(['.', '+']) + 1)..].Split('`')[0];
        return member is null or ".ctor" ? last : $"{last}.{(member.StartsWith("get_", StringComparison.Ordinal) || member.StartsWith("set_", StringComparison.Ordinal) && char.IsUpper(member[4]) ? member[4..] : member)}";
    }

    private static bool SystemAllows(string type, string? member, bool written)
    {
        if (written && (compilersMembers.TryGetValue(type, out var theirs) ? member is null || theirs.Contains(member) : IsCompilers(type)))
            return true;
        if (!IsSystemType(type))
            return false;
        if (member is null)
            return true;
        if (type == "System.Object")
            return objectMembers.Contains(member);
        if (type.EndsWith("Exception", StringComparison.Ordinal))
            return onlyMembers["System.Exception"].Contains(member) || member is "ParamName" or "get_ParamName" or "ActualValue" or "get_ActualValue"
                || member.StartsWith("ThrowIf", StringComparison.Ordinal) || member.StartsWith("op_", StringComparison.Ordinal);
        return !onlyMembers.TryGetValue(type, out var only) || only.Contains(member);
    }

    private static bool IsCompilers(string type) => compilersOwn.Contains(type)
        || (type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal) && (type.EndsWith("Attribute", StringComparison.Ordinal)
            || type.EndsWith("DefaultInterpolatedStringHandler", StringComparison.Ordinal) || type.EndsWith("IsExternalInit", StringComparison.Ordinal)
            || type.EndsWith("SwitchExpressionException", StringComparison.Ordinal) || type.Contains("InlineArray", StringComparison.Ordinal)))
        || (type.StartsWith("System.Diagnostics.", StringComparison.Ordinal) && type.Contains("Attribute", StringComparison.Ordinal));

    private static bool IsSystemType(string type)
    {
        var (space, name) = Split(type);
        return space switch
        {
            "System" => systemTypes.Contains(name) || name.StartsWith("Func`", StringComparison.Ordinal) || name.StartsWith("Action", StringComparison.Ordinal) && name is not "ActionContext"
                || name.StartsWith("Tuple`", StringComparison.Ordinal) || name.StartsWith("ValueTuple", StringComparison.Ordinal)
                || name.StartsWith("MemoryExtensions+", StringComparison.Ordinal),
            "System.Collections" or "System.Collections.Generic" or "System.Numerics" => true,
            "System.Linq" => name is "Enumerable" or "IGrouping`2" or "ILookup`2" or "IOrderedEnumerable`1" or "Lookup`2",
            "System.Text" => name.StartsWith("StringBuilder", StringComparison.Ordinal),
            "System.Globalization" => name is "CultureInfo" or "NumberFormatInfo" or "NumberStyles",
            _ => false,
        };
    }

    private static bool TorchAllows(string type, string? member)
    {
        if (member is not null and not ".ctor" && (torchMembers.Contains(Plain(member)) || member is "requires_grad_" or "detach_" or "set_requires_grad"
            || Plain(member).StartsWith("register", StringComparison.Ordinal) || Plain(member).StartsWith("save", StringComparison.Ordinal)
            || Plain(member).StartsWith("load", StringComparison.Ordinal)))
            return false;
        if (type.StartsWith(Torch + "+", StringComparison.Ordinal))
            return !torchParts.Contains(type[(Torch.Length + 1)..].Split('+')[0]);
        return torchTypes.Contains(type) || Split(type).Space is "TorchSharp.Modules";
    }

    private static (string Space, string Name) Split(string type)
    {
        var outer = type.Split('+')[0];
        var dot = outer.LastIndexOf('.');
        return dot < 0 ? ("", type) : (type[..dot], type[(dot + 1)..]);
    }
}
