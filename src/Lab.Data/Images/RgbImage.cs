using static TorchSharp.torch;

namespace Lab.Data.Images;

/// <summary>A picture of red, green and blue bytes.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps bytes, without copying them.</summary>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="pixels">Row by row, red, green, blue: <c>[H, W, 3]</c>.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public RgbImage(int height, int width, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (pixels.Length != 3L * height * width)
            throw new ArgumentException($"pixels must hold {height} x {width} x 3 bytes, got {pixels.Length}.", nameof(pixels));
        (Height, Width, Pixels) = (height, width, pixels);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Row by row, red, green, blue: <c>[H, W, 3]</c>.</summary>
    public ReadOnlyMemory<byte> Bytes => Pixels;

    internal byte[] Pixels { get; }

    /// <summary>The picture as <c>[3, H, W]</c>, float32 in 0..1.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return frombuffer(Pixels, uint8).reshape(Height, Width, 3).permute(2, 0, 1).to(float32).div_(255f).contiguous()
            .MoveToOuterDisposeScope();
    }
}
