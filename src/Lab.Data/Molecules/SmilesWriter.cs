using System.Globalization;
using System.Text;

namespace Lab.Data.Molecules;

/// <summary>Writes one molecule: a walk over all atoms, in which bonds that lead back become rings.</summary>
internal sealed class SmilesWriter(Molecule molecule)
{
    private readonly bool[] seen = new bool[molecule.Atoms.Count];
    private readonly List<(int Other, int Order)>[] opened = [.. molecule.Atoms.Select(_ => new List<(int, int)>())];
    private readonly List<(int Other, int Order)>[] closed = [.. molecule.Atoms.Select(_ => new List<(int, int)>())];
    private readonly List<int>[] children = [.. molecule.Atoms.Select(_ => new List<int>())];
    private readonly Dictionary<(int, int), int> numbers = [];
    private readonly SortedSet<int> free = [.. Enumerable.Range(1, 99)];
    private readonly StringBuilder text = new();

    public string Write()
    {
        for (var i = 0; i < molecule.Atoms.Count; i++)
        {
            if (seen[i])
                continue;
            Walk(i, -1);
            if (text.Length > 0)
                text.Append('.');
            Put(i);
        }
        return text.ToString();
    }

    private void Walk(int atom, int from)
    {
        seen[atom] = true;
        foreach (var (next, order) in molecule.Neighbours(atom).OrderBy(n => n.Atom))
        {
            if (next == from || opened[atom].Any(o => o.Other == next))
                continue;
            if (seen[next])
            {
                opened[next].Add((atom, order));                              // written at the atom that comes first
                closed[atom].Add((next, order));
                continue;
            }
            children[atom].Add(next);
            Walk(next, atom);
        }
    }

    private void Put(int atom)
    {
        text.Append(Symbol(atom));
        foreach (var (other, _) in closed[atom])
        {
            var number = numbers[Kekule.Key(atom, other)];
            text.Append(Digits(number));
            free.Add(number);
        }
        foreach (var (other, order) in opened[atom])
        {
            if (free.Count == 0)
                throw new ArgumentException("A molecule must not have more than 99 rings open at once, got more.", nameof(atom));
            var number = numbers[Kekule.Key(atom, other)] = free.Min;
            free.Remove(number);
            text.Append(Sign(order)).Append(Digits(number));
        }
        for (var c = 0; c < children[atom].Count; c++)
        {
            var (child, isLast) = (children[atom][c], c == children[atom].Count - 1);
            text.Append(isLast ? "" : "(").Append(Sign(molecule.Neighbours(atom).Single(n => n.Atom == child).Order));
            Put(child);
            text.Append(isLast ? "" : ")");
        }
    }

    private string Symbol(int i)
    {
        var atom = molecule.Atoms[i];
        if (atom is { Charge: 0, Isotope: 0 } && Valence.Organic.Contains(atom.Element) && Valence.Implied(atom.Element, molecule.BondOrders(i)) == atom.Hydrogens)
            return atom.Element;
        var isotope = atom.Isotope == 0 ? "" : atom.Isotope.ToString(CultureInfo.InvariantCulture);
        var hydrogens = atom.Hydrogens switch { 0 => "", 1 => "H", var n => $"H{n}" };
        var charge = atom.Charge switch { 0 => "", 1 => "+", -1 => "-", var n => n.ToString("+0;-0", CultureInfo.InvariantCulture) };
        return $"[{isotope}{atom.Element}{hydrogens}{charge}]";
    }

    private static string Sign(int order) => order switch { 1 => "", 2 => "=", 3 => "#", _ => "$" };

    private static string Digits(int number) => number < 10 ? $"{number}" : $"%{number}";
}
