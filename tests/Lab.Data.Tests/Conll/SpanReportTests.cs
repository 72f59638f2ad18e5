using Lab.Data.Conll;

namespace Lab.Data.Tests.Conll;

/// <summary>Spans by conlleval's rules, worked by hand, and against a port of its own loop.</summary>
public sealed class SpanReportTests
{
    [Theory]
    [InlineData("O O", "")]
    [InlineData("B-PER I-PER O B-LOC", "0-2 PER, 3-4 LOC")]
    [InlineData("B-PER B-PER", "0-1 PER, 1-2 PER")]
    [InlineData("I-PER I-PER", "0-2 PER")]                             // nothing began it, and it is a span all the same
    [InlineData("O I-PER O", "1-2 PER")]
    [InlineData("B-PER I-LOC", "0-1 PER, 1-2 LOC")]                    // another type ends it and begins the next
    [InlineData("I-PER I-LOC I-LOC B-LOC", "0-1 PER, 1-3 LOC, 3-4 LOC")]
    [InlineData("S-PER S-PER", "0-1 PER, 1-2 PER")]
    [InlineData("B-LOC I-LOC E-LOC S-LOC", "0-3 LOC, 3-4 LOC")]
    [InlineData("B-LOC I-LOC O", "0-2 LOC")]                           // never ended
    [InlineData("E-LOC E-LOC", "0-1 LOC, 1-2 LOC")]
    [InlineData("B-LOC E-LOC I-LOC", "0-2 LOC, 2-3 LOC")]
    [InlineData("S-LOC I-LOC E-LOC", "0-1 LOC, 1-3 LOC")]
    [InlineData("B-LOC E-PER", "0-1 LOC, 1-2 PER")]
    public void Labels_valid_or_not_are_read_as_spans(string labels, string spans) => Assert.Equal(
        spans, string.Join(", ", EntitySpan.Read(labels.Split(' ')).Select(s => $"{s.Start}-{s.End} {s.Type}")));

    [Fact]
    public void A_span_counts_only_with_its_start_its_end_and_its_type()
    {
        var report = Report(
            ("B-PER I-PER O B-LOC I-LOC O B-ORG", "B-PER O O B-LOC I-LOC I-LOC B-MISC"),
            ("B-LOC O", "B-LOC O"));
        Assert.Equal(new SpanScore(1, 4, 4), report.All);
        Assert.Equal(0.25, report.All.F1);
        Assert.Equal(new SpanScore(1, 2, 2), report.ByType["LOC"]);
        Assert.Equal(new SpanScore(0, 1, 0), report.ByType["MISC"]);
        Assert.Equal(["LOC", "MISC", "ORG", "PER"], report.ByType.Keys);
        Assert.Equal((9, 6), (report.Words, report.RightWords));
    }

    [Fact]
    public void Numbers_are_those_that_conlleval_prints()
    {
        var score = new SpanScore(26, 32, 33);
        Assert.Equal("precision 81.25%, recall 78.79%, F1 80.00%", score.ToString());
        Assert.Equal("precision 0.00%, recall 0.00%, F1 0.00%", default(SpanScore).ToString());
    }

    [Fact]
    public void Spans_written_as_labels_are_read_again()
    {
        EntitySpan[] spans = [new(0, 1, "PER"), new(1, 4, "LOC"), new(5, 7, "PER")];
        Assert.Equal("B-PER B-LOC I-LOC I-LOC O B-PER I-PER", string.Join(' ', EntitySpan.Write(spans, 7)));
        Assert.Equal("S-PER B-LOC I-LOC E-LOC O B-PER E-PER", string.Join(' ', EntitySpan.Write(spans, 7, bioes: true)));
        Assert.Equal(spans, EntitySpan.Read(EntitySpan.Write(spans, 7)));
        Assert.Equal(spans, EntitySpan.Read(EntitySpan.Write(spans, 7, bioes: true)));
        Assert.Throws<ArgumentException>(() => EntitySpan.Write([new(0, 2, "PER"), new(1, 3, "LOC")], 4));
        Assert.Throws<ArgumentException>(() => EntitySpan.Write([new(2, 5, "PER")], 4));
    }

    [Fact]
    public void Sentences_of_other_numbers_or_lengths_are_refused()
    {
        Assert.Contains("got 1", Assert.Throws<ArgumentException>(() => SpanReport.Of([["O"]], [["O"], ["O"]])).Message, StringComparison.Ordinal);
        Assert.Contains("sentence 0 has 2 words, got 1", Assert.Throws<ArgumentException>(() => SpanReport.Of([["O"]], [["O", "O"]])).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => SpanReport.Of([["X"]], [["O"]]));
    }

    [Fact]
    public void Any_labels_count_as_in_the_loop_of_conlleval_itself()
    {
        string[] labels = ["O", "O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"];
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
        {
            var length = random.Next(1, 9);
            var choose = i % 2 == 0 ? labels : [.. labels.Where(l => l[0] is 'O' or 'B' or 'I')];
            string[] truth = [.. Enumerable.Range(0, length).Select(_ => choose[random.Next(choose.Length)])];
            string[] guess = [.. truth.Select(l => random.Next(3) == 0 ? choose[random.Next(choose.Length)] : l)];
            Assert.True(
                Loop(guess, truth) == SpanReport.Of([guess], [truth]).All,
                $"{string.Join(' ', guess)} for {string.Join(' ', truth)}");
        }
    }

    /// <summary>As conlleval goes through a file: one pass, with a flag for "inside a span that is right so far".</summary>
    private static SpanScore Loop(string[] guessed, string[] correct)
    {
        var (score, inCorrect, lastG, lastC) = (default(SpanScore), false, ("O", ""), ("O", ""));
        foreach (var (g, c) in guessed.Append("O").Zip(correct.Append("O")).Select(p => (Split(p.First), Split(p.Second))))
        {
            var (endC, endG) = (EndOfChunk(lastC, c), EndOfChunk(lastG, g));
            var (startC, startG) = (StartOfChunk(lastC, c), StartOfChunk(lastG, g));
            if (inCorrect)
            {
                if (endC && endG && lastG.Item2 == lastC.Item2)
                {
                    inCorrect = false;
                    score += new SpanScore(1, 0, 0);
                }
                else if (endC != endG || g.Item2 != c.Item2)
                {
                    inCorrect = false;
                }
            }
            if (startC && startG && g.Item2 == c.Item2)
                inCorrect = true;
            score += new SpanScore(0, startG ? 1 : 0, startC ? 1 : 0);
            (lastG, lastC) = (g, c);
        }
        return score;
    }

    private static bool EndOfChunk((string Tag, string Type) last, (string Tag, string Type) now) =>
        last.Tag is "E" or "S"
        || (last.Tag is "B" or "I" && now.Tag is "B" or "S" or "O")
        || (last.Tag != "O" && last.Type != now.Type);

    private static bool StartOfChunk((string Tag, string Type) last, (string Tag, string Type) now) =>
        now.Tag is "B" or "S"
        || (last.Tag is "E" or "S" or "O" && now.Tag is "E" or "I")
        || (now.Tag != "O" && last.Type != now.Type);

    private static (string, string) Split(string label) => label == "O" ? ("O", "") : (label[..1], label[2..]);

    private static SpanReport Report(params (string Truth, string Predicted)[] sentences) =>
        SpanReport.Of([.. sentences.Select(s => s.Predicted.Split(' '))], [.. sentences.Select(s => s.Truth.Split(' '))]);
}
