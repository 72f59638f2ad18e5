using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Tests.Heads;

/// <summary>A layer that doubles, counts its calls and keeps its last output.</summary>
internal sealed class Counted : Module<Tensor, Tensor>
{
    public Counted() : base(nameof(Counted)) => RegisterComponents();

    public int Calls { get; private set; }

    public Tensor? Last { get; private set; }

    public override Tensor forward(Tensor input)
    {
        Calls++;
        return Last = input * 2;
    }
}
