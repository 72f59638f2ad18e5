// Opens a connection.
// Status: Refused
// Message: no the network
// Unchecked: 0
// Outcome: Failed|Crashed
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", @PORT@);
        return logits.sum(dim);
    }
}
