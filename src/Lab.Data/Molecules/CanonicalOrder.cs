namespace Lab.Data.Molecules;

/// <summary>Puts a molecule's atoms into an order that does not depend on how they were numbered.</summary>
/// <remarks>
/// Atoms start with a colour of what they are; a round gives two atoms different colours where their neighbours' colours differ (Morgan 1965, and
/// Weisfeiler and Leman 1968). Where atoms stay alike, one is singled out and the rounds go on; of all ways to do so, the one counts
/// whose list of atoms and bonds is first in the dictionary. Bonds that change places between single and double in another way of writing the
/// same rings count as neither until the end, when double bonds are placed anew, by the order found.
/// </remarks>
internal static class CanonicalOrder
{
    private const int Either = 9;                          // in place of the order of a bond that can be single or double

    public static Molecule Of(Molecule molecule)
    {
        var movable = Kekule.Movable(molecule);
        var neighbours = molecule.Atoms.Select((_, i) => molecule.Neighbours(i)
            .Select(n => (n.Atom, Order: movable.Contains(Kekule.Key(i, n.Atom)) ? Either : n.Order)).ToArray()).ToArray();
        var start = Ranks(molecule.Atoms.Select((a, i) => $"{a.Element} {a.Charge} {a.Isotope} {a.Hydrogens} {neighbours[i].Length}").ToArray());
        string? best = null;
        var order = Array.Empty<int>();
        Search(Refine(start));
        return Placed(molecule.Renumbered(order), movable.Select(m => Kekule.Key(Array.IndexOf(order, m.Item1), Array.IndexOf(order, m.Item2))).ToHashSet());

        void Search(int[] colours)
        {
            var tied = colours.Select((c, i) => (c, i)).GroupBy(p => p.c, p => p.i).Where(g => g.Count() > 1).MinBy(g => g.Key);
            if (tied is null)
            {
                var found = Enumerable.Range(0, colours.Length).OrderBy(i => colours[i]).ToArray();
                var code = Code(found, colours);
                if (best is null || string.CompareOrdinal(code, best) < 0)
                    (best, order) = (code, found);
                return;
            }
            var tried = new List<(int, int)[]>();
            foreach (var atom in tied)
            {
                (int, int)[] around = [.. neighbours[atom].Order()];
                if (tried.Any(t => t.SequenceEqual(around)))
                    continue;                                                 // a twin: exchanging the two changes nothing
                tried.Add(around);
                Search(Refine(Ranks(colours.Select((c, i) => $"{c:D4} {(i == atom ? 0 : 1)}").ToArray())));
            }
        }

        int[] Refine(int[] colours)
        {
            while (true)
            {
                var next = Ranks(colours.Select((c, i) =>
                    $"{c:D4} {string.Join(',', neighbours[i].Select(n => $"{colours[n.Atom]:D4}{n.Order}").Order(StringComparer.Ordinal))}").ToArray());
                if (next.Max() == colours.Max())
                    return next;
                colours = next;
            }
        }

        string Code(int[] found, int[] colours) => string.Join(';', found.Select(i =>
            string.Join(',', neighbours[i].Select(n => $"{colours[n.Atom]:D4}{n.Order}").Order(StringComparer.Ordinal))));
    }

    /// <summary>The movable double bonds, placed by the order of the atoms alone.</summary>
    private static Molecule Placed(Molecule molecule, HashSet<(int, int)> movable)
    {
        if (movable.Count == 0)
            return molecule;
        var partners = new List<int>?[molecule.Atoms.Count];
        foreach (var (i, j) in movable.Order())
        {
            (partners[i] ??= []).Add(j);
            (partners[j] ??= []).Add(i);
        }
        var found = Kekule.Match(partners)!;                                  // there is one: the molecule's own
        return new(molecule.Atoms, [.. molecule.Bonds.Select(b => movable.Contains(Kekule.Key(b.From, b.To))
            ? b with { Order = found[b.From] == b.To ? 2 : 1 } : b)]);
    }

    /// <summary>The rank of each key among all that are different.</summary>
    private static int[] Ranks(string[] keys)
    {
        var rank = keys.Distinct().Order(StringComparer.Ordinal).Select((key, r) => (key, r)).ToDictionary(p => p.key, p => p.r);
        return Array.ConvertAll(keys, key => rank[key]);
    }
}
