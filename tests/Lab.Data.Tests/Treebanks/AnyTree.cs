using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;

namespace Lab.Data.Tests.Treebanks;

/// <summary>Trees of any shape: chains of single parts, many parts, labels with functions and indices.</summary>
public static class AnyTree
{
    public static Arbitrary<ParseTree> Trees() => Arb.From(Gen.Choose(0, 4).SelectMany(Of), Smaller);

    private static Gen<ParseTree> Of(int depth) => depth == 0
        ? from tag in Gen.Elements("NN", "VBD", "-LRB-", ".", "-NONE-")
          from word in Gen.Elements("dog", "saw", "-LRB-", "*T*-1", "été", "'s", "3.5")
          select new ParseTree(tag, word)
        : from label in Gen.Elements("S", "NP-SBJ-1", "VP", "NP=2", "TOP")
          from count in Gen.Choose(1, 4)
          from depths in Gen.Choose(0, depth - 1).ArrayOf(count)
          from children in Gen.CollectToArray(depths.Select(Of))
          select new ParseTree(label, children);

    private static IEnumerable<ParseTree> Smaller(ParseTree tree) => tree.Children;
}
