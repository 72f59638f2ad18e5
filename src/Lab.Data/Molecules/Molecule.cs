using System.Globalization;
using System.Text;

namespace Lab.Data.Molecules;

/// <summary>An atom.</summary>
/// <param name="Element">Its symbol: C, Cl.</param>
/// <param name="Hydrogens">Hydrogens on it that are no atoms of their own.</param>
/// <param name="Charge">Its formal charge.</param>
/// <param name="Isotope">Its mass number, where that is given; else 0.</param>
public sealed record Atom(string Element, int Hydrogens = 0, int Charge = 0, int Isotope = 0);

/// <summary>A bond between two different atoms.</summary>
/// <param name="From">The number of one atom.</param>
/// <param name="To">The number of the other.</param>
/// <param name="Order">1 to 4. There are no aromatic bonds: rings are written with single and double bonds in turn.</param>
public sealed record Bond(int From, int To, int Order);

/// <summary>A molecule, or several side by side: atoms, numbered from 0, and bonds. Its bonds keep to the valences of its atoms.</summary>
public sealed class Molecule
{
    private readonly List<(int Atom, int Order)>[] neighbours;

    /// <param name="atoms">The atoms.</param>
    /// <param name="bonds">The bonds; no two between the same atoms.</param>
    /// <exception cref="ArgumentException">A bond to an atom that there is not, to itself, given twice, of no such order, or more bonds than an atom
    /// can have.</exception>
    public Molecule(IReadOnlyList<Atom> atoms, IReadOnlyList<Bond> bonds)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        ArgumentNullException.ThrowIfNull(bonds);
        neighbours = [.. atoms.Select(_ => new List<(int, int)>())];
        foreach (var (from, to, order) in bonds)
        {
            if (from < 0 || to < 0 || from >= atoms.Count || to >= atoms.Count || from == to)
                throw new ArgumentException($"bonds must join two different atoms of {atoms.Count}, got {from} and {to}.", nameof(bonds));
            if (order is < 1 or > 4)
                throw new ArgumentException($"bonds must be of order 1 to 4, got {order} between {from} and {to}.", nameof(bonds));
            if (neighbours[from].Any(n => n.Atom == to))
                throw new ArgumentException($"bonds must be given once, got two between {from} and {to}.", nameof(bonds));
            neighbours[from].Add((to, order));
            neighbours[to].Add((from, order));
        }
        (Atoms, Bonds) = (atoms, bonds);
        for (var i = 0; i < atoms.Count; i++)
            if (Valence.Fault(atoms[i], BondOrders(i)) is { } fault)
                throw new ArgumentException($"Atom {i}: {fault}", nameof(bonds));
    }

    /// <summary>The atoms.</summary>
    public IReadOnlyList<Atom> Atoms { get; }

    /// <summary>The bonds.</summary>
    public IReadOnlyList<Bond> Bonds { get; }

    /// <summary>The atoms bonded to one, with the bonds' orders.</summary>
    public IReadOnlyList<(int Atom, int Order)> Neighbours(int atom) => neighbours[atom];

    /// <summary>The sum of the orders of an atom's bonds, without those to its hydrogens.</summary>
    public int BondOrders(int atom) => neighbours[atom].Sum(n => n.Order);

    /// <summary>What it is made of, in Hill's order: carbon, hydrogen, the others by letter; then the charge, where there is one.</summary>
    public string Formula
    {
        get
        {
            var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var atom in Atoms)
            {
                counts[atom.Element] = counts.GetValueOrDefault(atom.Element) + 1;
                if (atom.Hydrogens > 0)
                    counts["H"] = counts.GetValueOrDefault("H") + atom.Hydrogens;
            }
            var first = counts.ContainsKey("C") ? new[] { "C", "H" } : [];
            var text = new StringBuilder();
            foreach (var element in first.Where(counts.ContainsKey).Concat(counts.Keys.Except(first)))
                text.Append(element).Append(counts[element] == 1 ? "" : counts[element].ToString(CultureInfo.InvariantCulture));
            var charge = Atoms.Sum(a => a.Charge);
            if (charge != 0)
                text.Append(Math.Abs(charge) == 1 ? "" : $"^{Math.Abs(charge)}").Append(charge > 0 ? '+' : '-');
            return text.ToString();
        }
    }

    /// <summary>How many pieces it is in.</summary>
    public int Components
    {
        get
        {
            var seen = new bool[Atoms.Count];
            var count = 0;
            for (var i = 0; i < Atoms.Count; i++)
            {
                if (seen[i])
                    continue;
                count++;
                var stack = new Stack<int>([i]);
                while (stack.TryPop(out var atom))
                    if (!seen[atom])
                    {
                        seen[atom] = true;
                        foreach (var (next, _) in neighbours[atom])
                            stack.Push(next);
                    }
            }
            return count;
        }
    }

    /// <summary>The same molecule with its atoms in another order.</summary>
    /// <param name="order">The old number of each atom.</param>
    /// <exception cref="ArgumentException">No order of all atoms.</exception>
    public Molecule Renumbered(IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, Atoms.Count)))
            throw new ArgumentException($"order must hold every number below {Atoms.Count} once, got [{string.Join(", ", order)}].", nameof(order));
        var place = new int[order.Count];
        for (var i = 0; i < order.Count; i++)
            place[order[i]] = i;
        return new([.. order.Select(i => Atoms[i])], [.. Bonds.Select(b => new Bond(place[b.From], place[b.To], b.Order))]);
    }

    /// <summary>What chemists write at each atom of a drawing: nothing for carbon in a chain, else symbol, hydrogens and charge.</summary>
    public IReadOnlyList<string> Labels() => [.. Atoms.Select((atom, i) =>
        atom is { Element: "C", Charge: 0, Isotope: 0 } && neighbours[i].Count > 0 ? ""
            : (atom.Isotope > 0 ? atom.Isotope.ToString(CultureInfo.InvariantCulture) : "") + atom.Element
                + (atom.Hydrogens == 0 ? "" : atom.Hydrogens == 1 ? "H" : $"H{Subscript(atom.Hydrogens)}")
                + (atom.Charge switch { 0 => "", 1 => "⁺", -1 => "⁻", > 0 => $"{Superscript(atom.Charge)}⁺", _ => $"{Superscript(-atom.Charge)}⁻" }))];

    /// <summary>Its canonical SMILES: the same for the same molecule, however its atoms are numbered.</summary>
    public override string ToString() => Smiles.Canonical(this);

    private static string Subscript(int number) => new([.. number.ToString(CultureInfo.InvariantCulture).Select(d => (char)('₀' + (d - '0')))]);

    private static string Superscript(int number) => new([.. number.ToString(CultureInfo.InvariantCulture).Select(d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d - '0'])]);
}
