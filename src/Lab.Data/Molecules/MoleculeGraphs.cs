using static TorchSharp.torch;

namespace Lab.Data.Molecules;

/// <summary>A kind of atom, as a model sees it.</summary>
/// <param name="Element">Its symbol.</param>
/// <param name="Charge">Its formal charge.</param>
public sealed record AtomKind(string Element, int Charge)
{
    /// <summary>As in brackets: N+.</summary>
    public override string ToString() => Element + (Charge switch { 0 => "", 1 => "+", -1 => "-", _ => Charge.ToString("+0;-0", System.Globalization.CultureInfo.InvariantCulture) });
}

/// <summary>Molecules as graphs of tensors, and back: kinds of atoms are node types, orders of bonds edge types, hydrogens are left out.</summary>
public sealed class MoleculeGraphs
{
    private readonly Dictionary<AtomKind, int> numbers;

    /// <param name="molecules">The molecules whose atoms are to be known; the most frequent kind is type 0.</param>
    public MoleculeGraphs(IEnumerable<Molecule> molecules)
    {
        ArgumentNullException.ThrowIfNull(molecules);
        var atoms = (from m in molecules
                     from i in Enumerable.Range(0, m.Atoms.Count)
                     let atom = m.Atoms[i]
                     group m.BondOrders(i) + atom.Hydrogens by new AtomKind(atom.Element, atom.Charge) into kind
                     orderby kind.Count() descending, kind.Key.ToString()
                     select (kind.Key, Most: kind.Max())).ToArray();
        Kinds = [.. atoms.Select(a => a.Key)];
        Valences = [.. atoms.Select(a => a.Most)];
        numbers = Kinds.Select((k, n) => (k, n)).ToDictionary(p => p.k, p => p.n);
    }

    /// <summary>The kinds of atoms, by type.</summary>
    public IReadOnlyList<AtomKind> Kinds { get; }

    /// <summary>The most bonds that an atom of each type has among the molecules, hydrogens counted.</summary>
    public IReadOnlyList<int> Valences { get; }

    /// <summary>Whether all atoms of a molecule are known.</summary>
    public bool Knows(Molecule molecule)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        return molecule.Atoms.All(a => numbers.ContainsKey(new(a.Element, a.Charge)));
    }

    /// <summary>Types <c>[B, N]</c>, -1 after the last atom, and orders of bonds <c>[B, N, N]</c>, both int64.</summary>
    /// <param name="molecules">The molecules, in the order of their atoms; N is the size of the largest.</param>
    /// <param name="width">N, where it is to be larger.</param>
    /// <exception cref="ArgumentException">No molecules, an atom of an unknown kind, or a molecule of more atoms.</exception>
    public (Tensor Nodes, Tensor Bonds) Encode(IReadOnlyList<Molecule> molecules, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(molecules);
        var most = molecules.Count == 0 ? throw new ArgumentException("molecules must be at least one, got none.", nameof(molecules)) : molecules.Max(m => m.Atoms.Count);
        var size = width ?? most;
        if (most > size)
            throw new ArgumentException($"molecules must have at most {size} atoms, got one of {most}.", nameof(molecules));
        var nodes = new long[molecules.Count * size];
        var bonds = new long[molecules.Count * size * size];
        Array.Fill(nodes, -1);
        for (var b = 0; b < molecules.Count; b++)
        {
            for (var i = 0; i < molecules[b].Atoms.Count; i++)
            {
                var kind = new AtomKind(molecules[b].Atoms[i].Element, molecules[b].Atoms[i].Charge);
                nodes[b * size + i] = numbers.TryGetValue(kind, out var type) ? type
                    : throw new ArgumentException($"molecules must be of known kinds of atoms ({string.Join(", ", Kinds)}), got {kind}.", nameof(molecules));
            }
            foreach (var (from, to, order) in molecules[b].Bonds)
                bonds[(b * size + from) * size + to] = bonds[(b * size + to) * size + from] = order;
        }
        using var scope = NewDisposeScope();
        return (
            tensor(nodes).reshape(molecules.Count, size).MoveToOuterDisposeScope(), tensor(bonds).reshape(molecules.Count, size, size).MoveToOuterDisposeScope());
    }

    /// <summary>The molecule of a graph; hydrogens fill each atom up to its next valence.</summary>
    /// <param name="nodes">Types, <c>[N]</c>, -1 after the last atom.</param>
    /// <param name="bonds">Orders, <c>[N, N]</c>.</param>
    /// <param name="fault">Why there is none: an atom with too many bonds, or no atom at all; else null.</param>
    /// <returns>The molecule; null where it cannot be.</returns>
    public Molecule? Decode(Tensor nodes, Tensor bonds, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(bonds);
        var types = nodes.data<long>().ToArray();
        var orders = bonds.contiguous().data<long>().ToArray();
        var count = Array.FindIndex(types, t => t < 0) is >= 0 and var end ? end : types.Length;
        fault = count == 0 ? "There is no atom." : null;
        var atoms = new List<Atom>();
        var links = new List<Bond>();
        for (var i = 0; i < count && fault is null; i++)
        {
            var kind = Kinds[(int)types[i]];
            var sum = (int)Enumerable.Range(0, count).Sum(j => orders[i * types.Length + j]);
            var allowed = (Valence.Of(kind.Element, kind.Charge) ?? [Valences[(int)types[i]]]).Where(v => v <= Valences[(int)types[i]]);
            var valence = allowed.FirstOrDefault(v => v >= sum, -1);
            if (valence < 0)
                fault = $"{kind} takes at most {Valences[(int)types[i]]} bonds, got {sum}.";
            atoms.Add(new(kind.Element, Math.Max(valence - sum, 0), kind.Charge));
            for (var j = 0; j < i; j++)
                if (orders[i * types.Length + j] is > 0 and var order)
                    links.Add(new(j, i, (int)order));
        }
        return fault is null ? new(atoms, links) : null;
    }

    /// <summary>A walk over all atoms that goes on as long as it can: each but the first of a piece is bonded to one before it, most often the last.</summary>
    /// <param name="molecule">The molecule.</param>
    /// <param name="random">Chooses the first atom and the way; null begins at the first, and takes neighbours in order.</param>
    /// <returns>The atoms' numbers in the order of the walk.</returns>
    public static int[] Walk(Molecule molecule, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        var starts = Enumerable.Range(0, molecule.Atoms.Count).ToArray();
        random?.Shuffle(starts);
        var order = new List<int>();
        foreach (var start in starts)
            Visit(start);
        return [.. order];

        void Visit(int atom)
        {
            if (order.Contains(atom))
                return;
            order.Add(atom);
            var around = molecule.Neighbours(atom).Select(n => n.Atom).ToArray();
            random?.Shuffle(around);
            foreach (var next in around)
                Visit(next);
        }
    }
}
