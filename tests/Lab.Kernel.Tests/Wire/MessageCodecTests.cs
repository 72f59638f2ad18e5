using System.Text;
using System.Text.Json.Nodes;
using Lab.Kernel.Wire;

namespace Lab.Kernel.Tests.Wire;

public sealed class MessageCodecTests
{
    private readonly MessageCodec ours = new("secret");
    private readonly MessageCodec theirs = new("secret");

    private static KernelMessage Request(string code = "1 + 1") =>
        KernelMessage.Create([[1, 2]], "execute_request", new JsonObject { ["code"] = code }, parent: null);

    [Fact]
    public void A_message_arrives_as_it_was_sent()
    {
        var sent = Request("\"ü 🎉\"");
        var got = theirs.Decode(ours.Encode(sent));
        Assert.Equal((sent.Id, "execute_request", "\"ü 🎉\""), (got.Id, got.Type, (string?)got.Content["code"]));
        Assert.Equal([[1, 2]], got.Identities);
    }

    [Fact]
    public void The_signature_is_the_one_that_Jupyter_computes()
    {
        var message = new KernelMessage([], new JsonObject { ["msg_id"] = "1", ["msg_type"] = "a" }, [], []);
        var frames = ours.Encode(message);
        // hmac.new(b"secret", b'{"msg_id":"1","msg_type":"a"}' + b"{}" * 3, hashlib.sha256).hexdigest()
        Assert.Equal("4beb3cee8185c2221fe505be83f54c1838f6c3a23acb763dab5c73b5444c95e7", Encoding.ASCII.GetString(frames[1]));
    }

    [Fact]
    public void A_message_under_another_key_is_refused() =>
        Assert.Contains("signature is wrong", Refused(new MessageCodec("guess").Encode(Request())), StringComparison.Ordinal);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_message_changed_on_its_way_is_refused(int part)
    {
        var frames = ours.Encode(Request());
        frames[part] = [.. frames[part], (byte)' '];
        Assert.Contains("signature is wrong", Refused(frames), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_without_a_signature_is_refused()
    {
        var frames = ours.Encode(Request());
        frames[2] = [];
        Assert.Contains("signature is wrong", Refused(frames), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_sent_twice_is_refused_the_second_time()
    {
        var frames = ours.Encode(Request());
        theirs.Decode(frames);
        Assert.Contains("sent before", Refused(frames), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "header is no object")]
    [InlineData("{", "header is no JSON")]
    [InlineData("{\"msg_id\":\"1\"}", "no msg_type")]
    [InlineData("{\"msg_id\":1,\"msg_type\":\"a\"}", "no msg_id")]
    public void A_header_that_is_none_is_refused(string header, string why)
    {
        var open = new MessageCodec("");
        List<byte[]> frames = ["<IDS|MSG>"u8.ToArray(), [], Encoding.UTF8.GetBytes(header), "{}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray()];
        Assert.Contains(why, Assert.Throws<BadMessageException>(() => open.Decode(frames)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        List<byte[]> frames = ["<IDS|MSG>"u8.ToArray(), [], [0xff, 0xfe], [0xff], "{}"u8.ToArray(), "{}"u8.ToArray()];
        Assert.Throws<BadMessageException>(() => new MessageCodec("").Decode(frames));
    }

    [Fact]
    public void Too_few_frames_are_refused()
    {
        Assert.Throws<BadMessageException>(() => theirs.Decode([]));
        Assert.Throws<BadMessageException>(() => theirs.Decode(["hello"u8.ToArray()]));
        Assert.Throws<BadMessageException>(() => theirs.Decode(["<IDS|MSG>"u8.ToArray(), [], [], [], []]));
    }

    private string Refused(List<byte[]> frames) => Assert.Throws<BadMessageException>(() => theirs.Decode(frames)).Message;
}
