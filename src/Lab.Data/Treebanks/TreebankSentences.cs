using Lab.Core.Trees;

namespace Lab.Data.Treebanks;

/// <summary>Trees that were written by hand: what the grammar does not make, and textbook sentences of the field.</summary>
internal static class TreebankSentences
{
    /// <summary>In Penn brackets, with functions and traces.</summary>
    public static IReadOnlyList<ParseTree> Written { get; } = [.. """
        (S (NP-SBJ (PRP I)) (VP (VBD saw) (NP (DT the) (NN man)) (PP (IN with) (NP (DT the) (NN telescope)))) (. .))
        (S (NP-SBJ (PRP I)) (VP (VBD saw) (NP (NP (DT the) (NN man)) (PP (IN with) (NP (DT the) (NN scarf))))) (. .))
        (S (NP-SBJ (DT The) (NN girl)) (VP (VBD ate) (NP (DT the) (NN soup)) (PP (IN with) (NP (DT a) (NN spoon)))) (. .))
        (S (NP-SBJ (DT The) (NN girl)) (VP (VBD ate) (NP (NP (DT the) (NN soup)) (PP (IN with) (NP (DT the) (NN rice))))) (. .))
        (S (NP-SBJ (DT The) (NN dog)) (VP (VBD chased) (NP (NP (DT the) (NN cat)) (SBAR (WHNP-1 (WDT that)) (S (NP-SBJ (-NONE- *T*-1)) (VP (VBD chased) (NP (DT the) (NN mouse))))))) (. .))
        (S (NP-SBJ (NP (DT The) (NN cat)) (SBAR (WHNP-1 (WDT that)) (S (NP-SBJ (DT the) (NN dog)) (VP (VBD chased) (NP (-NONE- *T*-1)))))) (VP (VBD slept)) (. .))
        (S (NP-SBJ (NNP Anna)) (VP (VBD wrote) (NP (NNP Ben)) (NP (DT a) (JJ long) (NN letter))) (. .))
        (S (NP-SBJ (NNP Anna) (CC and) (NNP Ben)) (VP (VBD bought) (NP (DT the) (JJ old) (NN house))) (. .))
        (S (NP-SBJ (NP (JJ Old) (NNS men)) (CC and) (NP (NNS women))) (VP (VBD danced)) (. .))
        (S (NP-SBJ (JJ Old) (NP (NNS men) (CC and) (NNS women))) (VP (VBD sang)) (. .))
        (S (NP-SBJ (DT The) (NN child)) (VP (VBD wanted) (S (VP (TO to) (VP (VB read) (NP (DT the) (NN book)))))) (. .))
        (S (NP-SBJ (PRP$ Her) (NN brother)) (VP (VBD was) (NP-PRD (DT a) (NN sailor))) (. .))
        (S (NP-SBJ (PRP$ His) (CD two) (NNS dogs)) (VP (VBD were) (VP (VBG sleeping) (PP (IN under) (NP (DT the) (NN table))))) (. .))
        (S (NP-TMP (NN Yesterday)) (NP-SBJ (NNP Clara)) (VP (VBD met) (NP (DT a) (NN friend)) (PP (IN at) (NP (DT the) (NN station)))) (. .))
        (S (PP (IN In) (NP (DT the) (NN morning))) (, ,) (NP-SBJ (DT the) (NN baker)) (VP (VBD sold) (NP (NN bread))) (. .))
        (S (NP-SBJ (NP (DT A) (NN letter)) (SBAR (-NONE- *ICH*-1))) (VP (VBD came)) (SBAR-1 (WHNP-2 (WDT that)) (S (NP-SBJ (NN nobody)) (VP (VBD read) (NP (-NONE- *T*-2))))) (. .))
        (S (NP-SBJ (PRP We)) (VP (VBD met) (NP (NP (DT a) (NN man)) (SBAR (-NONE- *ICH*-1))) (NP-TMP (NN yesterday)) (SBAR-1 (WHNP-2 (WP who)) (S (NP-SBJ (-NONE- *T*-2)) (VP (VBD lived) (PP (IN on) (NP (DT a) (NN boat))))))) (. .))
        (S (NP-SBJ (NP (DT A) (NN book)) (PP (-NONE- *ICH*-1))) (VP (VBD arrived)) (PP-1 (IN about) (NP (NNS horses))) (. .))
        (SBARQ (WHNP-1 (WP Who)) (SQ (VBD did) (NP-SBJ (NNP Emma)) (VP (VB talk) (PP (IN to) (NP (-NONE- *T*-1))))) (. ?))
        (SBARQ (WHNP-1 (WP What)) (SQ (VBD did) (NP-SBJ (NNP David)) (VP (VB think) (SBAR (IN that) (S (NP-SBJ (NNP Ida)) (VP (VBD wanted) (S (VP (TO to) (VP (VB buy) (NP (-NONE- *T*-1)))))))))) (. ?))
        (SBARQ (WHADVP (WRB Where)) (SQ (VBD did) (NP-SBJ (DT the) (NN boy)) (VP (VB find) (NP (DT the) (NN key)))) (. ?))
        (SBARQ (WHADVP (WRB Why)) (SQ (VBD was) (NP-SBJ (DT the) (NN teacher)) (ADJP-PRD (JJ tired))) (. ?))
        (SQ (VBD Was) (NP-SBJ (DT the) (NN door)) (ADJP-PRD (JJ open)) (. ?))
        (SQ (MD Could) (NP-SBJ (DT the) (NN nurse)) (VP (VB help) (NP (DT the) (JJ old) (NN man))) (. ?))
        (S (SBAR-ADV (IN If) (S (NP-SBJ (DT the) (NN horse)) (VP (VBD fell)))) (, ,) (NP-SBJ (DT the) (NN farmer)) (VP (MD could) (RB not) (VP (VB work))) (. .))
        (S (NP-SBJ (NNP Felix)) (VP (VP (VBD opened) (NP (DT the) (NN window))) (CC and) (VP (VBD closed) (NP (DT the) (NN door)))) (. .))
        (S (NP-SBJ (NNP Greta)) (VP (VBD said) (SBAR (IN that) (S (NP-SBJ (NNP Hugo)) (VP (VBD believed) (SBAR (IN that) (S (NP-SBJ (PRP she)) (VP (VBD left)))))))) (. .))
        (S (NP-SBJ (DT The) (NN picture)) (VP (VBD was) (VP (VBN painted) (PP (IN by) (NP (DT a) (NN student))))) (. .))
        (S (NP-SBJ (NP (DT The) (NN key)) (PP (IN to) (NP (NP (DT the) (NN door)) (PP (IN of) (NP (DT the) (NN house)))))) (VP (VBD broke)) (. .))
        (S (NP-SBJ (NNP Jonas)) (VP (VBD put) (NP (NP (DT the) (NN box)) (PP (IN on) (NP (DT the) (NN table)))) (PP (IN in) (NP (DT the) (NN kitchen)))) (. .))
        (S (NP-SBJ (NNP Ida)) (VP (VBD put) (NP (DT the) (NN box)) (PP (IN on) (NP (NP (DT the) (NN table)) (PP (IN in) (NP (DT the) (NN kitchen)))))) (. .))
        (S (NP-SBJ (NP (DT The) (NN horse)) (VP (VBN raced) (PP (IN past) (NP (DT the) (NN barn))))) (VP (VBD fell)) (. .))
        (S (NP-SBJ (NN Time)) (VP (VBZ flies) (PP (IN like) (NP (DT an) (NN arrow)))) (. .))
        (S (NP-SBJ (NN Fruit) (NNS flies)) (VP (VBP like) (NP (DT a) (NN banana))) (. .))
        (S (NP-SBJ (DT The) (NN dog)) (VP (VBD bit) (NP (NP (DT the) (NN man)) (PP (IN in) (NP (DT the) (NN park))))) (. .))
        (S (NP-SBJ (NNP Ida)) (VP (VBD took) (PRT (RP off)) (NP (PRP$ her) (NN coat))) (. .))
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseTree.Parse)];
}
