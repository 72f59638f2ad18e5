namespace Lab.Data.Molecules;

/// <summary>SMILES: molecules as lines of text.</summary>
/// <remarks>
/// What is read: elements with and without brackets, isotopes, hydrogens and charges in brackets, bonds - = # $ :, branches, rings with one digit or
/// %nn, several molecules with dots, aromatic atoms in small letters. Stereo marks (@, /, \) and atom numbers are read over: they say nothing of
/// what is bonded to what. Source: Weininger 1988; OpenSMILES 1.0.
/// </remarks>
public static class Smiles
{
    /// <summary>Reads a molecule. Aromatic rings get single and double bonds; hydrogens that are not written are counted.</summary>
    /// <param name="smiles">The text.</param>
    /// <exception cref="SmilesException">Not SMILES, rings that no double bonds fit into, or more bonds than an atom can have; the message says at which
    /// character.</exception>
    public static Molecule Parse(string smiles)
    {
        ArgumentNullException.ThrowIfNull(smiles);
        var (written, links) = new SmilesParser(smiles).Read();
        var orders = Orders(smiles, written, links);
        var sums = new int[written.Count];
        for (var l = 0; l < links.Count; l++)
            (sums[links[l].From], sums[links[l].To]) = (sums[links[l].From] + orders[l], sums[links[l].To] + orders[l]);
        var atoms = written.Select((w, i) => new Atom(
            w.Element, w.Hydrogens >= 0 ? w.Hydrogens : Math.Max(Valence.Implied(w.Element, sums[i]), 0), w.Charge, w.Isotope)).ToArray();
        for (var i = 0; i < atoms.Length; i++)
        {
            if (written[i].Hydrogens < 0 && Valence.Implied(atoms[i].Element, sums[i]) < 0 && atoms[i].Element is "Cl" or "Br" or "I")
                throw new SmilesException(smiles, written[i].Position, $"{atoms[i].Element} without brackets takes 1 bond, got {sums[i]}.");
            if (Valence.Fault(atoms[i], sums[i]) is { } fault)
                throw new SmilesException(smiles, written[i].Position, fault);
        }
        return new(atoms, [.. links.Select((l, i) => new Bond(l.From, l.To, orders[i]))]);
    }

    /// <summary>Reads a molecule, where the text is one.</summary>
    /// <param name="smiles">The text.</param>
    /// <param name="molecule">The molecule; null where it is none.</param>
    public static bool TryParse(string smiles, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Molecule? molecule)
    {
        try
        {
            molecule = Parse(smiles);
            return true;
        }
        catch (SmilesException)
        {
            molecule = null;
            return false;
        }
    }

    /// <summary>Writes a molecule, from its first atom on, neighbours in the order of their numbers. Rings are written with double bonds.</summary>
    /// <exception cref="ArgumentException">More than 99 rings are open at once.</exception>
    public static string Write(Molecule molecule)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        return new SmilesWriter(molecule).Write();
    }

    /// <summary>Writes a molecule so that the same molecule always gives the same text, whatever the order of its atoms and the places of the double
    /// bonds in its rings.</summary>
    public static string Canonical(Molecule molecule)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        return Write(CanonicalOrder.Of(molecule));
    }

    /// <summary>The order of each bond: aromatic ones become single and double in turn.</summary>
    private static int[] Orders(string smiles, IReadOnlyList<SmilesParser.Written> atoms, IReadOnlyList<SmilesParser.Link> links)
    {
        var orders = links.Select(l => l.Order).ToArray();
        if (!atoms.Any(a => a.Aromatic))
            return orders;
        var inRing = InRing(atoms.Count, links);
        var sums = new int[atoms.Count];
        foreach (var link in links)
            (sums[link.From], sums[link.To]) = (sums[link.From] + Math.Max(link.Order, 1), sums[link.To] + Math.Max(link.Order, 1));
        bool Needs(int i) => atoms[i].Aromatic && Valence.Of(atoms[i].Element, atoms[i].Charge)![0] > sums[i] + Math.Max(atoms[i].Hydrogens, 0);

        var partners = new List<int>?[atoms.Count];
        for (var i = 0; i < atoms.Count; i++)
        {
            if (atoms[i].Aromatic && !links.Select((l, n) => (l, n)).Any(p => inRing[p.n] && (p.l.From == i || p.l.To == i)))
                throw new SmilesException(smiles, atoms[i].Position, "An atom in small letters is aromatic, and must stand in a ring.");
            partners[i] = Needs(i) ? [] : null;
        }
        for (var l = 0; l < links.Count; l++)
            if (links[l].Order == 0 && inRing[l] && partners[links[l].From] is { } one && partners[links[l].To] is { } other)
            {
                one.Add(links[l].To);
                other.Add(links[l].From);
            }
        if (Kekule.Match(partners) is not { } found)
        {
            var odd = Enumerable.Range(0, atoms.Count).First(i => partners[i] is not null);
            var hint = atoms.Any(a => a is { Aromatic: true, Element: "N", Hydrogens: < 0 }) ? " A nitrogen that has a hydrogen is written [nH]." : "";
            throw new SmilesException(smiles, atoms[odd].Position, $"Single and double bonds cannot take turns in the aromatic rings.{hint}");
        }
        for (var l = 0; l < links.Count; l++)
            if (orders[l] == 0)
                orders[l] = found[links[l].From] == links[l].To ? 2 : 1;
        return orders;
    }

    /// <summary>Which links are part of a ring: those whose ends stay together without them.</summary>
    private static bool[] InRing(int atoms, IReadOnlyList<SmilesParser.Link> links)
    {
        var at = new List<int>[atoms];
        for (var i = 0; i < atoms; i++)
            at[i] = [];
        for (var l = 0; l < links.Count; l++)
        {
            at[links[l].From].Add(l);
            at[links[l].To].Add(l);
        }
        return [.. links.Select((link, l) =>
        {
            var (seen, stack) = (new HashSet<int> { link.From }, new Stack<int>([link.From]));
            while (stack.TryPop(out var atom))
                foreach (var next in at[atom].Where(n => n != l).Select(n => links[n].From == atom ? links[n].To : links[n].From))
                    if (seen.Add(next))
                        stack.Push(next);
            return seen.Contains(link.To);
        })];
    }
}
