using System.Text;

namespace Lab.Data.Masks;

/// <summary>COCO's text for runs: from the fourth run on the difference from the run before the last, in letters of six bits.</summary>
internal static class PackedRuns
{
    private const int First = 48;                         // the letter for 0
    private const int More = 0x20;

    public static string Pack(ReadOnlySpan<uint> counts)
    {
        var text = new StringBuilder();
        for (var i = 0; i < counts.Length; i++)
        {
            var value = i > 2 ? counts[i] - (long)counts[i - 2] : counts[i];
            for (var more = true; more;)
            {
                var letter = (int)(value & 0x1F);
                value >>= 5;
                more = (letter & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? letter | More : letter) + First));
            }
        }
        return text.ToString();
    }

    public static List<uint> Unpack(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = new List<uint>();
        for (var at = 0; at < text.Length;)
        {
            var value = 0L;
            for (var shift = 0; ; shift += 5)
            {
                if (at == text.Length || shift > 35)
                    throw new ArgumentException($"text must be runs as COCO packs them, got one that is cut off or too long at letter {at}.", nameof(text));
                var letter = text[at++] - First;
                if (letter is < 0 or > 0x3F)
                    throw new ArgumentException($"text must have letters from '0' to 'o', got '{text[at - 1]}' at {at - 1}.", nameof(text));
                value |= (long)(letter & 0x1F) << shift;
                if ((letter & More) != 0)
                    continue;
                if ((letter & 0x10) != 0)
                    value |= -1L << (shift + 5);
                break;
            }
            if (counts.Count > 2)
                value += counts[^2];
            counts.Add(value is >= 0 and <= uint.MaxValue
                ? (uint)value
                : throw new ArgumentException($"text must hold runs of 0 or more pixels, got {value} as run {counts.Count}.", nameof(text)));
        }
        return counts;
    }
}
