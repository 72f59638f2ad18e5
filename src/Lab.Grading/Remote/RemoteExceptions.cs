using System.Runtime.InteropServices;
using Lab.Grading.Worker;

namespace Lab.Grading.Remote;

/// <summary>What student code threw, thrown again on this side.</summary>
internal static class RemoteExceptions
{
#pragma warning disable CA2201 // The runtime's own exceptions too: it was the student's code that they ended.
    private static readonly Dictionary<string, Func<string, Exception>> known = new Func<string, Exception>[]
    {
        m => new InvalidOperationException(m), m => new IndexOutOfRangeException(m), m => new NullReferenceException(m),
        m => new NotImplementedException(m), m => new NotSupportedException(m), m => new ExternalException(m), m => new OverflowException(m),
        m => new KeyNotFoundException(m), m => new InvalidCastException(m), m => new DivideByZeroException(m), m => new FormatException(m),
        m => new OutOfMemoryException(m), m => new RankException(m), m => new ArithmeticException(m),
    }.ToDictionary(make => make("").GetType().Name);
#pragma warning restore CA2201

    /// <summary>Reads what was thrown.</summary>
    public static (Exception Thrown, int Left) Read(BinaryReader reader)
    {
        var kind = (Thrown)reader.ReadByte();
        var (type, message, parameter) = (Clean(reader.ReadString()), reader.ReadString(), Clean(reader.ReadString()));
        message = Clean(kind.HasFlag(Thrown.Argument) ? message.ReplaceLineEndings(" ") : message);    // what was got stands on a second line
        var (line, left) = (reader.ReadInt32(), reader.ReadInt32());
        if (kind.HasFlag(Thrown.Memory))
            type = nameof(OutOfMemoryException);
        if (kind.HasFlag(Thrown.Argument))
            return (Argument(kind, message, parameter), left);
        var place = line is > 0 and < 100_000 ? $" (line {line})" : "";
        return (known.TryGetValue(type, out var make) ? make(message + place) : new StudentException($"{type}: {message}{place}"), left);
    }

    /// <summary>One line without control characters, of a length that can be shown.</summary>
    public static string Clean(string text)
    {
        var line = new string([.. text.ReplaceLineEndings("\n").Split('\n', 2)[0].Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        return line.Length <= 300 ? line : line[..300] + "...";
    }

    private static ArgumentException Argument(Thrown kind, string message, string parameter)
    {
        var suffix = $" (Parameter '{parameter}')";
        message = message.Replace(suffix, "", StringComparison.Ordinal);  // it is appended again
        return kind.HasFlag(Thrown.Null) ? new ArgumentNullException(parameter, message)
            : kind.HasFlag(Thrown.Range) ? new ArgumentOutOfRangeException(parameter, message)
            : new ArgumentException(message, parameter);
    }
}
