using System.Reflection;
using System.Text.RegularExpressions;
using Lab.Core.Activations;
using Lab.Core.Heads;
using Lab.Core.Losses;
using Lab.Core.Pairings;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Pairings;

/// <summary>The registry is complete, speaks of what there is, and contradicts itself nowhere.</summary>
public sealed partial class RegistryTests
{
    private static readonly TargetKind[] targets = Enum.GetValues<TargetKind>();

    [Fact]
    public void Every_public_loss_is_registered_or_said_to_be_none() => Assert.Equal(
        typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct().Order(StringComparer.Ordinal),
        Pairing.Losses.Select(l => l.Name).Concat(Entries.NotLosses.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_head_is_registered() => Assert.Equal(
        typeof(LinearHead).Assembly.GetExportedTypes()
            .Where(t => t.Namespace == typeof(LinearHead).Namespace && t.IsSubclassOf(typeof(nn.Module)) && !t.IsAbstract).Select(t => t.Name).Order(StringComparer.Ordinal),
        Pairing.Heads.Select(h => h.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_loss_has_something_to_say_of_every_kind_of_target()
    {
        var silent =
            from loss in Pairing.Losses
            from target in targets
            let rules = TargetRules.All.Count(r => r.Losses.Contains(loss.Name) && r.Given.Contains(target))
            where rules != (loss.Targets.Contains(target) ? 0 : 1)
            select $"{loss.Name}, {target}: {rules} rules";
        Assert.Empty(silent);
    }

    [Fact]
    public void No_rule_is_hidden_by_another_or_calls_wrong_what_a_loss_reads()
    {
        var twice =
            from rule in OutputRules.All
            from loss in rule.Losses
            from given in rule.Given
            group rule by (loss, given) into same
            where same.Count() > 1
                || (same.Single().Fit == Fit.Wrong && Pairing.Losses.Single(l => l.Name == same.Key.loss).Reads.Contains(same.Key.given))
            select same.Key;
        Assert.Empty(twice);
    }

    [Fact]
    public void No_two_names_are_the_same()
    {
        var names = Pairing.Losses.SelectMany(Vocabulary.Names).Concat(Pairing.Heads.SelectMany(Vocabulary.Names))
            .Select(n => n.ToUpperInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal));
        Assert.Empty(names.GroupBy(n => n).Where(g => g.Count() > 2).Select(g => g.Key)); // cross_entropy is CrossEntropy too
        Assert.All(
            Pairing.Losses.SelectMany(l => Vocabulary.Names(l).Select(n => (Loss: l.Name, Name: n))),
            pair => Assert.Equal(pair.Loss, Pairing.Judge(null, null, null, pair.Name).Loss.Name));
    }

    [Fact]
    public void The_guide_has_every_loss_and_every_head_and_no_row_that_is_wrong()
    {
        Assert.Empty(Pairing.Losses.Select(l => l.Name).Except(Pairing.Guide.Rows.Select(r => r.Loss)));
        Assert.Empty(Pairing.Heads.Select(h => h.Name).Except(Pairing.Guide.Rows.Select(r => r.Head)));
        Assert.All(
            Pairing.Guide.Rows,
            row => Assert.True(row.Verdict.Fit == (row.Loss == "BinaryCrossEntropy" ? Fit.Works : Fit.Right), row.Verdict.ToString()));
    }

    [Fact]
    public void Every_verdict_gives_a_reason_and_code()
    {
        foreach (var verdict in Everything())
        {
            Assert.All(
                verdict.Findings.Append(new(verdict.Fit, verdict.Why, verdict.Fix)),
                finding =>
                {
                    Assert.EndsWith(".", finding.Why.Replace("?", ".", StringComparison.Ordinal), StringComparison.Ordinal);
                    Assert.NotEmpty(finding.Fix);
                    Assert.DoesNotMatch(@"[{}]|\.\.$|  ", finding.Why + finding.Fix);
                });
            Assert.Equal(verdict.Findings.OrderByDescending(f => f.Fit), verdict.Findings);
        }
    }

    [Fact]
    public void What_a_reason_or_remedy_names_is_there()
    {
        var texts = Everything().SelectMany(v => v.Findings).SelectMany(f => new[] { f.Why, f.Fix })
            .Concat(Pairing.Losses.Select(l => l.Code)).Concat(Pairing.Guide.Rows.Select(r => r.Read)).Distinct();
        var types = typeof(Loss).Assembly.GetExportedTypes();
        Assert.All(
            texts.SelectMany(text => Member().Matches(text)),
            found => Assert.Contains(types, t => t.Name == found.Groups["type"].Value && t.GetMember(found.Groups["member"].Value).Length > 0));
        Assert.All(
            texts.SelectMany(text => Made().Matches(text)),
            found => Assert.Contains(types, t => t.Name == found.Groups["type"].Value));
    }

    [Fact]
    public void Knowing_more_never_makes_a_verdict_milder()
    {
        foreach (var loss in Pairing.Losses)
            foreach (var head in Pairing.Heads)
                foreach (var activation in Pairing.Activations)
                {
                    var less = Pairing.Judge(head.Name, activation.Name, null, loss.Name).Fit;
                    Assert.All(targets, t => Assert.True(Pairing.Judge(head.Name, activation.Name, t, loss.Name).Fit >= less));
                }
    }

    [Fact]
    public void The_price_of_a_second_softmax_is_as_stated()
    {
        using var scope = NewDisposeScope();
        var price = Loss.CrossEntropy(nn.functional.one_hot(tensor([0L]), 10).to(float32), tensor([0L])).ToSingle();
        Assert.Equal(1.46, price, 0.005);
        Assert.Equal(Math.Log(1 + 9 / Math.E), price, 5);
    }

    [Fact]
    public void The_limits_of_a_second_sigmoid_are_as_stated()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0.73, Activation.Sigmoid(ones(1)).ToSingle(), 0.005);
        Assert.Equal(Math.Log(2), Loss.BinaryCrossEntropyWithLogits(zeros(1), zeros(1)).ToSingle(), 5);
        Assert.Equal(1f, Activation.Sigmoid(tensor(17f)).ToSingle());
        Assert.NotEqual(1f, Activation.Sigmoid(tensor(16f)).ToSingle());
        Assert.Equal(-1f, Loss.NegativeLogLikelihood(Activation.Sigmoid(full([1, 3], 50f)), tensor([0L])).ToSingle());
    }

    /// <summary>Every head, activation, kind of target and loss, and each not known.</summary>
    private static IEnumerable<PairingVerdict> Everything() =>
        from loss in Pairing.Losses
        from head in Pairing.Heads.Select(h => h.Name).Append(null)
        from activation in Pairing.Activations
        from target in Pairing.Targets.Append(null)
        select Pairing.Judge(head, activation.Name, target, loss.Name);

    [GeneratedRegex(@"\b(?<type>Loss|Activation|ScoreBins|Similarity|Pairing)\.(?<member>\w+)")]
    private static partial Regex Member();

    [GeneratedRegex(@"new (?<type>\w+)\(")]
    private static partial Regex Made();
}
