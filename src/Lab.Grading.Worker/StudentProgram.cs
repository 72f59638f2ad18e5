using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lab.Grading.Worker;

/// <summary>
/// Runs student code for a judge that lives elsewhere: takes arguments, gives results and gradients, and knows nothing of what they
/// should be.
/// </summary>
internal sealed class StudentProgram(Stream requests, Stream answers)
{
    private Type? student;
    private readonly GraphStore graphs = new();

    /// <summary>Compiles the paths that every call takes, before anybody waits for them.</summary>
    public static void WarmUp()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        TensorWire.Write(writer, ones(2, 3, dtype: ScalarType.Float64).transpose(0, 1), strided: true);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var leaf = TensorWire.Read(reader, strided: true).requires_grad_();
        autograd.grad([leaf.exp().sum()], [leaf]);
    }

    /// <summary>Answers until the judge hangs up.</summary>
    public void Serve()
    {
        Frame.Write(answers, [(byte)Say.Ready]);
        while (Frame.Read(requests) is { } message)
        {
            using var reader = new BinaryReader(new MemoryStream(message));
            using var answer = new MemoryStream();
            using var writer = new BinaryWriter(answer);
            try
            {
                Answer((Say)reader.ReadByte(), reader, writer);
            }
#pragma warning disable CA1031 // Whatever student code throws is an answer.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                answer.SetLength(0);
                WriteThrown(writer, thrown, 0);
            }
            writer.Flush();
            Frame.Write(answers, answer.GetBuffer().AsSpan(0, (int)answer.Length));
        }
    }

    private void Answer(Say what, BinaryReader reader, BinaryWriter writer)
    {
        switch (what)
        {
            case Say.Load:
                var assembly = reader.ReadBytes(reader.ReadInt32());
                student = Assembly.Load(assembly, reader.ReadBytes(reader.ReadInt32())).GetType(reader.ReadString(), throwOnError: true);
                writer.Write((byte)Say.Ready);
                break;
            case Say.Call:
                new StudentCall(student!, graphs).Run(reader, writer);
                break;
            case Say.Backward:
                graphs.Backward(reader, writer);
                break;
            default:
                throw new WireException($"A request was wanted, got {what}.");
        }
    }

    /// <summary>Says what was thrown; a message or a stack that throws in turn is left out.</summary>
    public static void WriteThrown(BinaryWriter writer, Exception thrown, int left)
    {
        var kind = (thrown is ArgumentException ? Thrown.Argument : 0)
            | (thrown is ArgumentNullException ? Thrown.Null : 0)
            | (thrown is ArgumentOutOfRangeException ? Thrown.Range : 0)
            | (thrown is OutOfMemoryException || IsNativeMemory(thrown) ? Thrown.Memory : 0);
        writer.Write((byte)Say.Threw);
        writer.Write((byte)kind);
        writer.Write(Cut(thrown.GetType().Name));
        writer.Write(Cut(Text(() => thrown.Message)));
        writer.Write(Cut(Text(() => (thrown as ArgumentException)?.ParamName)));
        writer.Write(Line(thrown));
        writer.Write(left);
    }

    private static bool IsNativeMemory(Exception thrown) => thrown is ExternalException
        && Text(() => thrown.Message).Contains("can't allocate memory", StringComparison.Ordinal);

    private static string Text(Func<string?> get)
    {
        try
        {
            return get() ?? "";
        }
#pragma warning disable CA1031 // A student's exception may throw again when it is asked for its message.
        catch (Exception)
#pragma warning restore CA1031
        {
            return "";
        }
    }

    private static string Cut(string text) => text.Length <= 1000 ? text : text[..1000];

    /// <summary>The line of the student's file that threw; 0 where it is not known.</summary>
    private static int Line(Exception thrown)
    {
        try
        {
            return new System.Diagnostics.StackTrace(thrown, fNeedFileInfo: true).GetFrames()
                .FirstOrDefault(f => f.GetFileName() == "Lab.cs")?.GetFileLineNumber() ?? 0;
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return 0;
        }
    }
}
