namespace Lab.Data.Molecules;

/// <summary>Places double bonds, so that each of some atoms has exactly one: a perfect matching.</summary>
internal static class Kekule
{
    /// <summary>Finds a matching in which every atom has one partner.</summary>
    /// <param name="partners">For every atom, the atoms with which it may share a double bond; null for atoms that need none.</param>
    /// <returns>The partner of each atom, -1 for those that need none; null where there is no such matching.</returns>
    /// <remarks>The atom with the fewest choices is decided first: rings leave none after the first one, so there is hardly any going back.</remarks>
    public static int[]? Match(IReadOnlyList<int>?[] partners)
    {
        var partner = Enumerable.Repeat(-1, partners.Length).ToArray();
        return Try() ? partner : null;

        bool Try()
        {
            var (atom, fewest) = (-1, int.MaxValue);
            for (var i = 0; i < partners.Length && fewest > 1; i++)
            {
                if (partners[i] is null || partner[i] >= 0)
                    continue;
                var choices = partners[i]!.Count(j => partner[j] < 0);
                if (choices < fewest)
                    (atom, fewest) = (i, choices);
            }
            if (atom < 0)
                return true;
            foreach (var other in partners[atom]!)
            {
                if (partner[other] >= 0)
                    continue;
                (partner[atom], partner[other]) = (other, atom);
                if (Try())
                    return true;
                (partner[atom], partner[other]) = (-1, -1);
            }
            return false;
        }
    }

    /// <summary>The double and single bonds that change places in another way of writing the same rings.</summary>
    /// <remarks>A double bond can move where a walk leads from one of its ends to the other over a single bond, a double bond, a single bond and so on: in
    /// benzene all six can, in pyrrole none.</remarks>
    public static HashSet<(int, int)> Movable(Molecule molecule)
    {
        var count = molecule.Atoms.Count;
        var partner = Enumerable.Repeat(-1, count).ToArray();
        for (var i = 0; i < count; i++)
            if (molecule.Neighbours(i).Where(n => n.Order == 2).ToArray() is [var one] && molecule.Neighbours(i).All(n => n.Order < 3))
                partner[i] = one.Atom;
        for (var i = 0; i < count; i++)
            if (partner[i] >= 0 && partner[partner[i]] != i)
                partner[i] = -1;                                              // the other end has two: a cumulene

        var movable = new HashSet<(int, int)>();
        for (var i = 0; i < count; i++)
            if (partner[i] > i)
                Walk([i], i);
        return movable;

        // At an atom that was left by its single bonds: the path starts at one end of a double bond and must come to its other end.
        void Walk(List<int> path, int from)
        {
            foreach (var (next, order) in molecule.Neighbours(path[^1]))
            {
                if (order != 1 || partner[next] < 0)
                    continue;
                if (next == partner[from])
                {
                    if (path.Count > 2)
                        Mark([.. path, next]);
                    continue;
                }
                if (path.Contains(next) || path.Contains(partner[next]) || path.Count > 20)
                    continue;
                path.AddRange([next, partner[next]]);
                Walk(path, from);
                path.RemoveRange(path.Count - 2, 2);
            }
        }

        void Mark(int[] path)
        {
            for (var i = 0; i < path.Length; i++)
                movable.Add(Key(path[i], path[(i + 1) % path.Length]));
        }
    }

    /// <summary>Two atoms as a key, the lower number first.</summary>
    public static (int, int) Key(int i, int j) => i < j ? (i, j) : (j, i);
}
