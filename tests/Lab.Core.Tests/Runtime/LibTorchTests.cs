using Lab.Core.Runtime;
using TorchSharp;

namespace Lab.Core.Tests.Runtime;

public sealed class LibTorchTests
{
    [Fact]
    public void Loads_the_version_that_TorchSharp_was_made_for()
    {
        var info = LibTorch.Load();
        Assert.StartsWith("2.10.", info.Version, StringComparison.Ordinal);
        Assert.Equal(3, torch.ones(3).sum().ToSingle());
    }
}
