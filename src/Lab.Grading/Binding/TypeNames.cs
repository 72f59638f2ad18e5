namespace Lab.Grading.Binding;

/// <summary>Names of types: one to compare by, one to read.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
        [typeof(byte)] = "byte",
    };

    /// <summary>The type's full name, the same for a type of the runtime and a symbol of the compiler.</summary>
    public static string Key(Type type)
    {
        if (type.IsByRef)
            return "ref " + Key(type.GetElementType()!);
        if (type.IsArray)
            return Key(type.GetElementType()!) + $"[{new string(',', type.GetArrayRank() - 1)}]";
        var name = type.IsNested ? $"{Key(Open(type.DeclaringType!))}+{type.Name}" : $"{type.Namespace}.{type.Name}";
        return type.IsConstructedGenericType ? $"{name}<{string.Join(",", type.GetGenericArguments().Select(Key))}>" : name;
    }

    /// <summary>The type as C# writes it, without namespaces.</summary>
    public static string Plain(Type type)
    {
        if (keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        if (type.IsArray)
            return Plain(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.Name;
        var arguments = string.Join(", ", type.GetGenericArguments().Select(Plain));
        return type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal) ? $"({arguments})" : $"{type.Name.Split('`')[0]}<{arguments}>";
    }

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
