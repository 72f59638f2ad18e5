using System.Text;
using System.Text.Json.Nodes;
using Lab.Kernel.Wire;
using Lab.Notebooks.Displays;
using Lab.Notebooks.Sessions;

namespace Lab.Kernel.Requests;

/// <summary>Tells everybody who listens what happens: what is busy, and what cells give out.</summary>
internal sealed class Publisher(Action<Channel, KernelMessage> send)
{
    /// <summary>The kernel works on a request, or is done with it.</summary>
    public void Status(KernelMessage? parent, string state) => Publish(parent, "status", new() { ["execution_state"] = state });

    /// <summary>The code that is about to run.</summary>
    public void Input(KernelMessage parent, string code, int count) =>
        Publish(parent, "execute_input", new() { ["code"] = code, ["execution_count"] = count });

    /// <summary>Something that the cell gave out.</summary>
    public void Output(KernelMessage parent, SessionEvent happened, int count)
    {
        switch (happened)
        {
            case StreamEvent(var name, var text):
                Publish(parent, "stream", new() { ["name"] = name, ["text"] = text });
                break;
            case DisplayEvent display:
                Publish(parent, "display_data", Shown(display.Data, display.Id));
                break;
            case UpdateEvent update:
                Publish(parent, "update_display_data", Shown(update.Data, update.Id));
                break;
            case ResultEvent result:
                var content = Shown(result.Data, null);
                content["execution_count"] = count;
                Publish(parent, "execute_result", content);
                break;
            case ClearEvent clear:
                Publish(parent, "clear_output", new() { ["wait"] = clear.Wait });
                break;
            default:
                throw new ArgumentException($"An event of a known kind was wanted, got {happened.GetType()}.", nameof(happened));
        }
    }

    /// <summary>The cell failed.</summary>
    public void Error(KernelMessage parent, JsonObject error) => Publish(parent, "error", error);

    /// <summary>Tells something under its own name.</summary>
    public void Publish(KernelMessage? parent, string type, JsonObject content) =>
        send(Channel.IOPub, KernelMessage.Create([Encoding.UTF8.GetBytes(type)], type, content, parent));

    /// <summary>A bundle as Jupyter sends it: JSON forms as JSON, the others as text.</summary>
    public static JsonObject Bundle(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mimeType, text) in bundle.Data)
            data[mimeType] = MimeBundle.IsJson(mimeType) ? JsonNode.Parse(text) : text;
        return data;
    }

    private static JsonObject Shown(MimeBundle data, string? id)
    {
        var content = new JsonObject { ["data"] = Bundle(data), ["metadata"] = new JsonObject() };
        if (id is not null)
            content["transient"] = new JsonObject { ["display_id"] = id };
        return content;
    }
}
