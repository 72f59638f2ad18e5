using Lab.Core.Heads;
using static TorchSharp.torch.nn;

namespace Lab.Core.Tests.Heads;

/// <summary>What a recorder cannot watch, and how it says so. Beside no other test: new layers draw global random numbers.</summary>
[Collection(nameof(OutputRecorderTests))]
public sealed class OutputRecorderRefusalTests
{
    [Fact]
    public void A_name_that_is_no_layer_is_answered_with_those_there_are()
    {
        var model = Sequential(("body", Linear(2, 2)), ("head", Linear(2, 2)));
        var error = Assert.Throws<ArgumentException>(() => OutputRecorder.Of(model, ["body", "tail"]));
        Assert.Contains("\"body\", \"head\", got \"tail\"", error.Message, StringComparison.Ordinal);
        using var recorder = OutputRecorder.Of(model, ["head"]);
        Assert.Contains("\"head\", got \"body\"", Assert.Throws<ArgumentException>(() => recorder["body"]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => recorder.Watch("head", Linear(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutputRecorder(capacity: 0));
    }

    [Fact]
    public void A_layer_with_several_outputs_is_refused_by_its_name_and_kind()
    {
        using var recorder = new OutputRecorder();
        var error = Assert.Throws<ArgumentException>(() => recorder.Watch("memory", LSTM(2, 2)));
        Assert.Contains("\"memory\" of type LSTM", error.Message, StringComparison.Ordinal);
    }
}
