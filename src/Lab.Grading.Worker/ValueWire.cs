using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Grading.Worker;

/// <summary>Arguments and results as bytes, by the type that the reader expects.</summary>
internal static class ValueWire
{
    private const int MostItems = 1 << 16;
    private const int MostText = 1 << 16;

    private enum Tag : byte { Null, Bool, Int32, Int64, Single, Double, Text, Enum, Tensor, Same, List, Parts, Generator, Device }

    /// <summary>Whether values of a type can be handed over.</summary>
    public static bool Takes(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(bool) || plain == typeof(int) || plain == typeof(long) || plain == typeof(float) || plain == typeof(double)
            || plain == typeof(string) || plain.IsEnum || plain == typeof(Tensor) || plain == typeof(Generator) || plain == typeof(Device)
            || (ItemOf(plain) is { } item ? Takes(item) : PartsOf(plain) is { Count: > 0 } parts && parts.All(p => Takes(p.Type))));

    /// <summary>Writes a value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">The type that the reader expects.</param>
    /// <param name="tensor">Writes a tensor, or answers the number of one that the reader has already.</param>
    public static void Write(BinaryWriter writer, object? value, Type type, Func<Tensor, int?> tensor)
    {
        switch (value)
        {
            case null: writer.Write((byte)Tag.Null); break;
            case bool truth: writer.Write((byte)Tag.Bool); writer.Write(truth); break;
            case int number: writer.Write((byte)Tag.Int32); writer.Write(number); break;
            case long number: writer.Write((byte)Tag.Int64); writer.Write(number); break;
            case float number: writer.Write((byte)Tag.Single); writer.Write(number); break;
            case double number: writer.Write((byte)Tag.Double); writer.Write(number); break;
            case string { Length: <= MostText } text: writer.Write((byte)Tag.Text); writer.Write(text); break;
            case Enum constant: writer.Write((byte)Tag.Enum); writer.Write(Convert.ToInt64(constant)); break;
            case Tensor t:
                if (tensor(t) is { } known)
                {
                    writer.Write((byte)Tag.Same);
                    writer.Write(known);
                }
                break;
            case Generator generator: writer.Write((byte)Tag.Generator); writer.Write(generator.initial_seed()); break;
            case Device device: writer.Write((byte)Tag.Device); writer.Write((byte)device.type); break;
            default: WriteMany(writer, value, Nullable.GetUnderlyingType(type) ?? type, tensor); break;
        }
    }

    /// <summary>Says that a tensor follows; what follows is the caller's to write.</summary>
    public static void BeginTensor(BinaryWriter writer) => writer.Write((byte)Tag.Tensor);

    /// <summary>Reads a value of a type.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="type">The type expected.</param>
    /// <param name="tensor">Reads a tensor that follows (null), or answers one by its number.</param>
    public static object? Read(BinaryReader reader, Type type, Func<int?, Tensor> tensor)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var tag = (Tag)reader.ReadByte();
        return tag switch
        {
            Tag.Null when !type.IsValueType || plain != type => null,
            Tag.Bool when plain == typeof(bool) => reader.ReadBoolean(),
            Tag.Int32 when plain == typeof(int) => reader.ReadInt32(),
            Tag.Int64 when plain == typeof(long) => reader.ReadInt64(),
            Tag.Single when plain == typeof(float) => reader.ReadSingle(),
            Tag.Double when plain == typeof(double) => reader.ReadDouble(),
            Tag.Text when plain == typeof(string) => reader.ReadString(),
            Tag.Enum when plain.IsEnum => Enum.ToObject(plain, reader.ReadInt64()),
            Tag.Tensor when plain == typeof(Tensor) => tensor(null),
            Tag.Same when plain == typeof(Tensor) => tensor(reader.ReadInt32()),
            Tag.Generator when plain == typeof(Generator) => new Generator((ulong)reader.ReadInt64(), CPU),
            Tag.Device when plain == typeof(Device) => new Device((DeviceType)reader.ReadByte()),
            Tag.List when ItemOf(plain) is { } item => ReadList(reader, item, tensor),
            Tag.Parts when PartsOf(plain) is { Count: > 0 } parts => ReadParts(reader, plain, parts, tensor),
            _ => throw new WireException($"A value of type {type.Name} was wanted, got something else ({(int)tag})."),
        };
    }

    private static void WriteMany(BinaryWriter writer, object value, Type type, Func<Tensor, int?> tensor)
    {
        if (ItemOf(type) is { } item)
        {
            var items = ((System.Collections.IEnumerable)value).Cast<object?>().Take(MostItems + 1).ToList();
            if (items.Count > MostItems)
                throw new WireException($"A list of more than {MostItems} items cannot be handed over.");
            writer.Write((byte)Tag.List);
            writer.Write(items.Count);
            foreach (var each in items)
                Write(writer, each, item, tensor);
            return;
        }
        if (PartsOf(type) is not { Count: > 0 } parts)
            throw new WireException($"A value of type {type.Name} cannot be handed over.");
        writer.Write((byte)Tag.Parts);
        foreach (var part in parts)
            Write(writer, part.Get(value), part.Type, tensor);
    }

    private static Array ReadList(BinaryReader reader, Type item, Func<int?, Tensor> tensor)
    {
        if (reader.ReadInt32() is not (>= 0 and <= MostItems and var count))
            throw new WireException("A list of another length was wanted.");
        var items = Array.CreateInstance(item, count);
        for (var i = 0; i < count; i++)
            items.SetValue(Read(reader, item, tensor), i);
        return items;
    }

    private static object ReadParts(BinaryReader reader, Type type, List<Part> parts, Func<int?, Tensor> tensor)
    {
        var values = parts.Select(p => Read(reader, p.Type, tensor)).ToArray();
        return Activator.CreateInstance(type, BindingFlags.DoNotWrapExceptions | BindingFlags.Instance | BindingFlags.Public, null, values, null)!;
    }

    /// <summary>The item's type of an array or a read-only list.</summary>
    private static Type? ItemOf(Type type) =>
        type.IsArray && type.GetArrayRank() == 1 ? type.GetElementType()
        : type.IsConstructedGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(IReadOnlyList<>) || open == typeof(IEnumerable<>) || open == typeof(IReadOnlyCollection<>) || open == typeof(IList<>))
            ? type.GetGenericArguments()[0]
        : null;

    /// <summary>What a tuple or a record is made of: the parameters of its constructor that are properties or fields too.</summary>
    private static List<Part> PartsOf(Type type)
    {
        if (!type.IsVisible || type.IsAbstract || type.IsPrimitive || type == typeof(object) || typeof(Delegate).IsAssignableFrom(type))
            return [];
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsValueType)
            return [.. type.GetFields().Select(f => new Part(f.FieldType, f.GetValue))];
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        var parts = constructor?.GetParameters().Select(p =>
            type.GetProperty(p.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property
            && property.PropertyType == p.ParameterType ? new Part(p.ParameterType, property.GetValue) : null).ToList() ?? [];
        return parts.Contains(null) ? [] : [.. parts.OfType<Part>()];
    }

    private sealed record Part(Type Type, Func<object, object?> Get);
}
