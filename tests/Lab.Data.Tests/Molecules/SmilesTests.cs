using Lab.Data.Molecules;

namespace Lab.Data.Tests.Molecules;

/// <summary>SMILES are read, written and refused as the format says, and canonical ones do not depend on the numbering.</summary>
public sealed class SmilesTests
{
    public static TheoryData<string, int, string> Refused() => new()
    {
        { "", 0, "no atom" },
        { "C1CC", 1, "never closed" },
        { "CC(C", 2, "never closed" },
        { "CC)C", 2, "no '('" },
        { "C()C", 2, "empty" },
        { "(C)C", 0, "no atom before" },
        { "=CC", 0, "no atom before" },
        { "C==C", 2, "follow each other" },
        { "CC=", 2, "leads nowhere" },
        { "C(=)C", 2, "leads nowhere" },
        { "C=(C)C", 1, "before a branch" },
        { "C11", 2, "with itself" },
        { "C12CCCC12", 8, "already" },
        { "C=1CCCC#1", 8, "opened with a bond of order 2" },
        { "C%1CC", 1, "two digits" },
        { "1CC", 0, "no atom before" },
        { "CXC", 1, "no element that may stand" },
        { "C*C", 1, "Any atom" },
        { "C C", 1, "blank" },
        { "CC>>CC", 2, "Reactions" },
        { "C@C", 1, "outside brackets" },
        { "C+", 1, "outside brackets" },
        { "C]", 1, "no '['" },
        { "[C", 0, "never closed" },
        { "[Qq]", 1, "no element" },
        { "[CH4Q]", 4, "no meaning" },
        { "[C+99]", 2, "no atom has a charge" },
        { "[C:]", 3, "followed by a number" },
        { "C..C", 2, "no atom before the '.'" },
        { "C.", 2, "no atom behind" },
        { "C(.C)C", 2, "inside a branch" },
        { "C:C", 2, "aromatic bond" },
        { "cc", 0, "must stand in a ring" },
        { "c1cccc1", 0, "cannot take turns" },
        { "n1cccc1", 0, "[nH]" },
        { "CC(C)(C)(C)C", 1, "C takes at most 4 bonds, got 5" },
        { "COCO(C)C", 3, "O takes at most 2 bonds, got 3" },
        { "CC(=O)(=O)C", 1, "got 6" },
        { "[CH4]C", 0, "hydrogens counted (4)" },
        { "CClC", 1, "without brackets takes 1 bond" },
        { "C[O-]C", 1, "charge -1 takes at most 1" },
        { "FC=F", 3, "F takes at most 1" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_wrong_is_refused_with_its_place(string smiles, int position, string problem)
    {
        var thrown = Assert.Throws<SmilesException>(() => Smiles.Parse(smiles));
        Assert.Contains(problem, thrown.Problem, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(position, thrown.Position);
        Assert.False(Smiles.TryParse(smiles, out _));
    }

    [Theory]
    [InlineData("C", "CH4")]
    [InlineData("[CH3]", "CH3")]
    [InlineData("[13CH4]", "CH4")]
    [InlineData("[NH4+]", "H4N+")]
    [InlineData("[Fe+3]", "Fe^3+")]
    [InlineData("[Fe+++]", "Fe^3+")]
    [InlineData("[O-]S(=O)(=O)[O-]", "O4S^2-")]
    [InlineData("CN(=O)=O", "CH3NO2")]
    [InlineData("[NH3]C", "CH6N")]
    [InlineData("C[S](=O)C", "C2H6OS")]
    [InlineData("[CH3:1][OH:2]", "CH4O")]
    [InlineData("C%10CCCCC%10", "C6H12")]
    [InlineData("C0CC0", "C3H6")]
    [InlineData("c1ccccc1-c1ccccc1", "C12H10")]
    [InlineData("c1ccccc1c1ccccc1", "C12H10")]
    [InlineData("[se]1cccc1", "C4H4Se")]
    [InlineData("c1cc[nH+]cc1", "C5H6N+")]
    [InlineData("[cH-]1cccc1", "C5H5-")]
    [InlineData("[cH+]1cccccc1", "C7H7+")]
    [InlineData("O=c1cc[nH]cc1", "C5H5NO")]
    [InlineData("[Na+].[Cl-]", "ClNa")]
    public void Hydrogens_and_charges_are_counted(string smiles, string formula) => Assert.Equal(formula, Smiles.Parse(smiles).Formula);

    [Theory]
    [InlineData("c1ccccc1", "C1=CC=CC=C1")]
    [InlineData("c1:c:c:c:c:c:1", "C1=CC=CC=C1")]
    [InlineData("Cc1ccccc1C", "CC1=C(C)C=CC=C1")]
    [InlineData("C1=CC=C2C(=C1)C=CC=C2", "c1ccc2ccccc2c1")]
    [InlineData("OCC", "C(O)C")]
    [InlineData("C(C(=O)O)N", "NCC(O)=O")]
    [InlineData("F/C=C/F", "FC=CF")]
    [InlineData("N[C@@H](C)C(=O)O", "CC(N)C(O)=O")]
    [InlineData("C1CC=1", "C=1CC1")]
    [InlineData("C1.C1", "CC")]
    [InlineData("[CH3][CH2][OH]", "CCO")]
    [InlineData("[Cl-].[Na+]", "[Na+].[Cl-]")]
    public void Two_ways_of_writing_one_molecule_have_one_canonical_form(string one, string other) =>
        Assert.Equal(Smiles.Parse(one).ToString(), Smiles.Parse(other).ToString());

    [Theory]
    [InlineData("CCO", "COC")]
    [InlineData("CC(C)C", "CCCC")]
    [InlineData("c1ccncc1", "c1ccccc1")]
    [InlineData("Cc1ccccc1C", "Cc1cccc(C)c1")]
    [InlineData("C1CCC2CCCCC2C1", "C1CCC(C1)C1CCCC1")]
    [InlineData("[13CH4]", "C")]
    [InlineData("[CH3]", "C")]
    [InlineData("C1CC1.C1CC1", "C1CCCCC1")]
    [InlineData("C1=CC=CC=CC=C1", "C1=CC=C1C1=CC=C1")]
    public void Different_molecules_have_different_canonical_forms(string one, string other) =>
        Assert.NotEqual(Smiles.Parse(one).ToString(), Smiles.Parse(other).ToString());

    [Fact]
    public void The_listed_molecules_are_as_listed_and_no_two_are_the_same()
    {
        var molecules = MoleculeSet.Read();
        Assert.Equal(529, molecules.Count);
        Assert.All(molecules, m => Assert.Equal(m.Formula, m.Molecule.Formula));
        Assert.Empty(molecules.GroupBy(m => m.Molecule.ToString()).Where(g => g.Count() > 1).Select(g => string.Join(", ", g.Select(m => m.Name))));
        Assert.Empty(molecules.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Written_and_read_again_a_molecule_is_the_same_however_it_is_numbered()
    {
        var random = new Random(7);
        Assert.All(MoleculeSet.Read(), m =>
        {
            var order = Enumerable.Range(0, m.Molecule.Atoms.Count).ToArray();
            random.Shuffle(order);
            var renumbered = m.Molecule.Renumbered(order);
            var again = Smiles.Parse(Smiles.Write(renumbered));
            Assert.Equal(m.Molecule.ToString(), renumbered.ToString());
            Assert.Equal(m.Molecule.ToString(), again.ToString());
            Assert.Equal(m.Molecule.Bonds.Count, again.Bonds.Count);
            Assert.Equal(m.Molecule.Components, again.Components);
        });
    }

    [Fact]
    public void Aromatic_rings_get_double_bonds_that_no_atom_has_twice()
    {
        foreach (var (name, smiles, _, molecule) in MoleculeSet.Read().Where(m => m.Smiles.Any(char.IsAsciiLetterLower)))
            for (var i = 0; i < molecule.Atoms.Count; i++)
                if (molecule.Atoms[i].Element == "C")
                    Assert.True(molecule.BondOrders(i) + molecule.Atoms[i].Hydrogens + Math.Abs(molecule.Atoms[i].Charge) == 4, $"{name}: {smiles}, atom {i}");
    }

    [Fact]
    public void Bonds_that_cannot_be_are_refused()
    {
        Atom[] two = [new("C", 3), new("C", 3)];
        Assert.Throws<ArgumentException>(() => new Molecule(two, [new(0, 2, 1)]));
        Assert.Throws<ArgumentException>(() => new Molecule(two, [new(0, 0, 1)]));
        Assert.Throws<ArgumentException>(() => new Molecule(two, [new(0, 1, 5)]));
        Assert.Throws<ArgumentException>(() => new Molecule(two, [new(0, 1, 2)]));
        Assert.Throws<ArgumentException>(() => new Molecule(two, [new(0, 1, 1), new(1, 0, 1)]));
        Assert.Throws<ArgumentException>(() => new Molecule(two, []).Renumbered([0, 0]));
    }

    [Theory]
    [InlineData("CCO", "|OH")]
    [InlineData("C", "CH₄")]
    [InlineData("[NH4+]", "NH₄⁺")]
    [InlineData("N[N+](=O)[O-]", "NH₂|N⁺|O|O⁻")]
    [InlineData("[Fe+2]", "Fe²⁺")]
    public void Labels_are_what_chemists_write(string smiles, string labels) =>
        Assert.Equal(labels, string.Join('|', Smiles.Parse(smiles).Labels().Where((l, i) => l != "" || i == 0)));
}
