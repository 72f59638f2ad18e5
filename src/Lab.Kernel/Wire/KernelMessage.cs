using System.Globalization;
using System.Text.Json.Nodes;

namespace Lab.Kernel.Wire;

/// <summary>The kernel's sockets, but for the heartbeat.</summary>
public enum Channel
{
    /// <summary>Requests that are answered in order.</summary>
    Shell,

    /// <summary>Requests that do not wait for a running cell: interrupt, shutdown.</summary>
    Control,

    /// <summary>Where the kernel asks for input.</summary>
    Stdin,

    /// <summary>Outputs, for everybody who listens.</summary>
    IOPub,
}

/// <summary>One message of Jupyter's protocol.</summary>
/// <param name="Identities">The routing prefix: whom it comes from or goes to; the topic on IOPub.</param>
/// <param name="Header">Id, type, session and date.</param>
/// <param name="Parent">The header of the message that this one answers; empty where there is none.</param>
/// <param name="Content">What its type says.</param>
public sealed record KernelMessage(IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject Parent, JsonObject Content)
{
    /// <summary>The version of the protocol that this kernel speaks.</summary>
    public const string ProtocolVersion = "5.4";

    private static readonly string session = Guid.NewGuid().ToString();

    /// <summary>What it asks or tells, such as <c>execute_request</c>.</summary>
    public string Type => (string)Header["msg_type"]!;

    /// <summary>Its unique name.</summary>
    public string Id => (string)Header["msg_id"]!;

    /// <summary>A message of this kernel's.</summary>
    /// <param name="identities">Whom it goes to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="content">Its content.</param>
    /// <param name="parent">What it answers; null for nothing.</param>
    public static KernelMessage Create(IReadOnlyList<byte[]> identities, string type, JsonObject content, KernelMessage? parent) => new(
        identities,
        new()
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["session"] = session,
            ["username"] = "lab",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        },
        parent?.Header ?? [],
        content);
}
