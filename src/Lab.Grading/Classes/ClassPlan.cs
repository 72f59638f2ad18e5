using System.Security.Cryptography;
using System.Text;
using Lab.Grading.Judging;

namespace Lab.Grading.Classes;

/// <summary>All that is to be graded, in an order that does not depend on the machine.</summary>
public sealed class ClassPlan
{
    /// <param name="submissions">The submissions of the class; each student at most one a lab.</param>
    public ClassPlan(IEnumerable<Handed> submissions)
    {
        Items = [.. submissions.OrderBy(KeyOf, StringComparer.Ordinal)];
        var text = new StringBuilder(Grader.Kit).Append('\n');
        foreach (var item in Items)
            text.Append(KeyOf(item)).Append(' ').Append(Sha256Of(item.Submission.File)).Append(' ').Append(item.Lab.Points).Append('\n');
        Hash = Hex(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The submissions in order.</summary>
    public IReadOnlyList<Handed> Items { get; }

    /// <summary>What the plans of all shards of one class have in common: files, labs and kit.</summary>
    public string Hash { get; }

    /// <summary>The submissions of a shard.</summary>
    public IReadOnlyList<Handed> Of(Shard shard) => [.. Items.Where((_, place) => shard.Takes(place))];

    /// <summary>A file name for a submission's report: readable, safe, and no other submission's.</summary>
    public static string KeyOf(Handed item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return KeyOf(item.Submission.Student, item.Lab.Lab);
    }

    /// <summary>The same, from a student's name and a lab's number.</summary>
    public static string KeyOf(string student, string lab)
    {
        ArgumentNullException.ThrowIfNull(student);
        var plain = new string([.. student.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_').Take(60)]);
        var key = $"{plain}.{lab}";
        return plain == student ? key : $"{plain}-{Hex(Encoding.UTF8.GetBytes(student))[..8]}.{lab}";
    }

    /// <summary>SHA-256 of a file in hexadecimal; "none" where there is no regular file, or one far too large.</summary>
    internal static string Sha256Of(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.LinkTarget is not null || info.Length > 64 << 20)
                return "none";
            using var stream = info.OpenRead();
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "none";
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
