namespace Lab.Specs.Harness;

/// <summary>A tensor's sizes as a value: compares by content, prints as [2, 3], shrinks.</summary>
/// <param name="sizes">One per dimension.</param>
public readonly struct TensorShape(long[] sizes) : IEquatable<TensorShape>
{
    /// <summary>One size per dimension.</summary>
    public long[] Sizes { get; } = sizes;

    /// <summary>Shapes with one dimension halved (rounded up), as long as that makes it smaller.</summary>
    public IEnumerable<TensorShape> Shrink()
    {
        for (var d = 0; d < Sizes.Length; d++)
        {
            if (Sizes[d] <= 1)
                continue;
            var smaller = Sizes.ToArray();
            smaller[d] = (smaller[d] + 1) / 2;
            yield return new(smaller);
            smaller = [.. Sizes];
            smaller[d]--;
            yield return new(smaller);
        }
    }

    /// <summary>The shape without one of its dimensions.</summary>
    public TensorShape Without(int dim) => new([.. Sizes[..dim], .. Sizes[(dim + 1)..]]);

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Sizes.AsSpan().SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Sizes.Aggregate(17, HashCode.Combine);

    /// <summary>Same sizes.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Other sizes.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Sizes)}]";
}
