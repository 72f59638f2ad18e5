using Lab.Data.Molecules;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Molecules;

/// <summary>Molecules become tensors and molecules again, and lists with a fault are refused by line.</summary>
public sealed class MoleculeGraphsTests
{
    [Fact]
    public void A_molecule_comes_back_from_its_graph()
    {
        using var scope = NewDisposeScope();
        var molecules = MoleculeSet.Read().Select(m => m.Molecule).Where(m => m.Components == 1 && m.Atoms.All(a => a.Isotope == 0)).ToArray();
        var graphs = new MoleculeGraphs(molecules);
        var (nodes, bonds) = graphs.Encode(molecules);
        for (var b = 0; b < molecules.Length; b++)
        {
            var decoded = graphs.Decode(nodes[b], bonds[b], out var fault);
            Assert.Null(fault);
            Assert.Equal(molecules[b].ToString(), decoded!.ToString());
        }
        Assert.True(bonds.eq(bonds.transpose(1, 2)).all().ToBoolean());
        Assert.Equal(4, graphs.Valences[graphs.Kinds.ToList().IndexOf(new("C", 0))]);
        Assert.Equal("C", graphs.Kinds[0].ToString());
    }

    [Fact]
    public void What_cannot_be_a_molecule_is_none_and_says_why()
    {
        using var scope = NewDisposeScope();
        var graphs = new MoleculeGraphs([Smiles.Parse("CO")]);
        var bonds = zeros([3, 3], int64);
        bonds[0, 1] = bonds[1, 0] = bonds[1, 2] = bonds[2, 1] = tensor(2L);
        Assert.Null(graphs.Decode(tensor([0L, 1, 0]), bonds, out var fault));
        Assert.Equal("O takes at most 2 bonds, got 4.", fault);
        Assert.Null(graphs.Decode(tensor([-1L, -1, -1]), bonds, out fault));
        Assert.Equal("There is no atom.", fault);
        Assert.False(graphs.Knows(Smiles.Parse("N")));
        Assert.Contains("got N", Assert.Throws<ArgumentException>(() => graphs.Encode([Smiles.Parse("N")])).Message, StringComparison.Ordinal);
        Assert.Contains("got one of 3", Assert.Throws<ArgumentException>(() => graphs.Encode([Smiles.Parse("CCC")], 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_is_connected()
    {
        var random = new Random(1);
        foreach (var (name, _, _, molecule) in MoleculeSet.Read().Where(m => m.Molecule.Components == 1))
        {
            var walked = molecule.Renumbered(MoleculeGraphs.Walk(molecule, random));
            for (var i = 1; i < walked.Atoms.Count; i++)
                Assert.True(walked.Neighbours(i).Any(n => n.Atom < i), $"{name}, atom {i}");
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name;smiles;formula\n", "line 1: the header")]
    [InlineData("name\tsmiles\tformula\nmethane\tC\n", "line 2: a line must have three columns between tabs, got 2")]
    [InlineData("name\tsmiles\tformula\nmethane\tC\tCH4\nethane\tC(C\tC2H6\n", "line 3: ethane: This '(' is never closed")]
    [InlineData("name\tsmiles\tformula\nmethane\tC\tCH3\n", "line 2: methane: the SMILES has the formula CH4, got CH3")]
    public void A_list_with_a_fault_is_refused_by_line(string text, string problem)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "molecules.tsv");
        File.WriteAllText(file, text);
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => MoleculeSet.ReadFile(file)).Message, StringComparison.Ordinal);
    }
}
