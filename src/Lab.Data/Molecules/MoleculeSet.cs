namespace Lab.Data.Molecules;

/// <summary>A molecule with its name.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Smiles">As the file writes it.</param>
/// <param name="Formula">As the file gives it; equal to the molecule's.</param>
/// <param name="Molecule">What is bonded to what.</param>
public sealed record NamedMolecule(string Name, string Smiles, string Formula, Molecule Molecule);

/// <summary>Lists of molecules in tab-separated text: name, SMILES, formula, under a header.</summary>
public static class MoleculeSet
{
    private const string Header = "name\tsmiles\tformula";

    /// <summary>The committed list: <c>data/molecules</c>, or a folder with a <c>molecules.tsv</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">No such set.</exception>
    /// <exception cref="InvalidDataException">A line that is wrong; the message names file and line.</exception>
    public static IReadOnlyList<NamedMolecule> Read(string set = "molecules") => ReadFile(Path.Combine(DataFolder.Find(set), "molecules.tsv"));

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    /// <exception cref="InvalidDataException">Another header, a line without three columns, a SMILES that is none, a formula that is another; the message
    /// names file and line.</exception>
    public static IReadOnlyList<NamedMolecule> ReadFile(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var molecules = new List<NamedMolecule>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (number == 1 && line != Header)
                throw Bad("the header must be name, smiles, formula between tabs, got \"" + line + "\".");
            if (number == 1 || line.Length == 0)
                continue;
            if (line.Split('\t') is not [{ Length: > 0 } name, var smiles, var formula])
                throw Bad($"a line must have three columns between tabs, got {line.Split('\t').Length}: \"{line}\".");
            try
            {
                var molecule = Smiles.Parse(smiles);
                if (molecule.Formula != formula)
                    throw Bad($"{name}: the SMILES has the formula {molecule.Formula}, got {formula}.");
                molecules.Add(new(name, smiles, formula, molecule));
            }
            catch (SmilesException wrong)
            {
                throw new InvalidDataException($"{file}, line {number}: {name}: {wrong.Message}", wrong);
            }
        }
        return number == 0 ? throw Bad("the file is empty.") : molecules;

        InvalidDataException Bad(string problem) => new($"{file}, line {number}: {problem}");
    }
}
