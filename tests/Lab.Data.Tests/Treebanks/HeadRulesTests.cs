using Lab.Core.Trees;
using Lab.Data.Treebanks;

namespace Lab.Data.Tests.Treebanks;

public sealed class HeadRulesTests
{
    [Theory]
    [InlineData("(S (NP-SBJ (PRP I)) (VP (VBD saw) (NP (DT the) (NN man)) (PP (IN with) (NP (DT the) (NN telescope)))) (. .))",
        "2 0 4 2 7 7 2 2", "nsubj root det obj case det obl punct")]
    [InlineData("(S (NP-SBJ (PRP I)) (VP (VBD saw) (NP (NP (DT the) (NN man)) (PP (IN with) (NP (DT the) (NN scarf))))) (. .))",
        "2 0 4 2 7 7 4 2", "nsubj root det obj case det nmod punct")]
    [InlineData("(S (NP-SBJ (NNP Anna) (CC and) (NNP Ben)) (VP (VBD gave) (NP (PRP us)) (NP (NN bread))))", "4 3 1 0 4 4", "nsubj cc conj root iobj obj")]
    [InlineData("(S (NP-SBJ (PRP She)) (VP (VBD was) (NP-PRD (DT a) (NN sailor))) (. .))", "4 4 4 0 4", "nsubj cop det root punct")]
    [InlineData("(S (NP-SBJ (PRP She)) (VP (MD could) (VP (VB sing))))", "3 3 0", "nsubj aux root")]
    [InlineData("(SQ (VBD did) (NP-SBJ (NNP Anna)) (VP (VB say) (SBAR (IN that) (S (NP-SBJ (PRP it)) (VP (VBD rained))))))",
        "3 3 0 6 6 3", "aux nsubj root mark nsubj ccomp")]
    public void Content_words_are_the_heads(string tree, string heads, string relations) => Holds(tree, heads, relations, crosses: false);

    [Theory]
    [InlineData("(SBARQ (WHNP-1 (WP What)) (SQ (VBD did) (NP-SBJ (PRP she)) (VP (VB say) (SBAR (IN that) (S (NP-SBJ (PRP he)) (VP (VBD saw) (NP (-NONE- *T*-1))))))))",
        "7 4 4 0 7 7 4", "obj aux nsubj root mark nsubj ccomp")]
    [InlineData("(S (NP-SBJ (NP (DT A) (NN man)) (SBAR (-NONE- *ICH*-1))) (VP (VBD came)) (SBAR-1 (WHNP-2 (WP who)) (S (NP-SBJ (-NONE- *T*-2)) (VP (VBD sang)))))",
        "2 3 0 5 2", "det nsubj root nsubj acl:relcl")]
    public void What_left_a_trace_is_put_back_and_arcs_may_cross(string tree, string heads, string relations) => Holds(tree, heads, relations, crosses: true);

    [Fact]
    public void A_tree_without_words_is_refused() =>
        Assert.Throws<ArgumentException>(() => HeadRules.Of(ParseTree.Parse("(NP (-NONE- *))")));

    private static void Holds(string tree, string heads, string relations, bool crosses)
    {
        var found = HeadRules.Of(ParseTree.Parse(tree));
        Assert.Equal(relations, string.Join(' ', found.Relations));
        Assert.Equal(heads, string.Join(' ', found.Heads));
        Assert.Equal(!crosses, HeadTree.IsProjective(found.Heads));
    }
}
