using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Shared;

namespace Lab.Kernel.Wire;

/// <summary>Where a kernel listens, and the key that its messages are signed with, as Jupyter writes it into a file.</summary>
/// <param name="Ip">The address to bind; loopback where the file names none.</param>
/// <param name="ShellPort">The port of the shell channel; 0 for any that is free, as for all ports.</param>
/// <param name="ControlPort">The port of the control channel.</param>
/// <param name="StdinPort">The port on which the kernel asks for input.</param>
/// <param name="IOPubPort">The port of the outputs.</param>
/// <param name="HeartbeatPort">The port of the heartbeat.</param>
/// <param name="Key">The key; empty for messages without a signature.</param>
/// <param name="SignatureScheme">How messages are signed: <c>hmac-sha256</c>.</param>
public sealed record ConnectionFile(
    string Ip, int ShellPort, int ControlPort, int StdinPort, int IOPubPort, int HeartbeatPort, string Key, string SignatureScheme)
{
    /// <summary>The one way of signing that is in use.</summary>
    public const string HmacSha256 = "hmac-sha256";

    /// <summary>Whether other machines can reach the address.</summary>
    public bool IsOpenToOthers => Ip != "localhost" && !(System.Net.IPAddress.TryParse(Ip, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Reads a connection file.</summary>
    /// <exception cref="KernelException">It cannot be read, or asks for what this kernel does not do.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"Cannot read the connection file: {problem.Message}");
        }
    }

    /// <summary>A connection on loopback, with ports that are free and a key of its own.</summary>
    public static ConnectionFile Fresh() =>
        new("127.0.0.1", 0, 0, 0, 0, 0, RandomNumberGenerator.GetHexString(64, lowercase: true), HmacSha256);

    /// <summary>Writes the file, readable for its owner alone.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path)
    {
        var json = new JsonObject
        {
            ["transport"] = "tcp",
            ["ip"] = Ip,
            ["shell_port"] = ShellPort,
            ["control_port"] = ControlPort,
            ["stdin_port"] = StdinPort,
            ["iopub_port"] = IOPubPort,
            ["hb_port"] = HeartbeatPort,
            ["key"] = Key,
            ["signature_scheme"] = SignatureScheme,
            ["kernel_name"] = "",
        };
        if (!File.Exists(path) && !OperatingSystem.IsWindows())
            File.Open(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(json.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
    }

    private static ConnectionFile Parse(string text, string path)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("an object was wanted");
        }
        catch (JsonException problem)
        {
            throw new KernelException($"{path} is not a connection file: {problem.Message}");
        }
        if (Text("transport", "tcp") is not "tcp" and var transport)
            throw new KernelException($"{path} asks for the transport '{transport}'; this kernel speaks tcp.");
        var key = Text("key", "");
        var scheme = Text("signature_scheme", HmacSha256);
        if (key.Length > 0 && scheme != HmacSha256)
            throw new KernelException($"{path} asks for signatures by '{scheme}'; this kernel signs by {HmacSha256}.");
        return new(Text("ip", "127.0.0.1"), Port("shell_port"), Port("control_port"), Port("stdin_port"), Port("iopub_port"), Port("hb_port"), key, scheme);

        string Text(string name, string otherwise) => json[name] switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue<string>(out var found) => found.Length > 0 || name == "key" ? found : otherwise,
            var other => throw new KernelException($"{path}: {name} must be a text, got {other.ToJsonString()}."),
        };

        int Port(string name) => json[name] is JsonValue value && value.TryGetValue<int>(out var port) && port is >= 0 and <= 65535
            ? port
            : throw new KernelException($"{path}: {name} must be a port from 0 to 65535, got {json[name]?.ToJsonString() ?? "nothing"}.");
    }
}
