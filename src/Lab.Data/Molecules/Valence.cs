namespace Lab.Data.Molecules;

/// <summary>How many bonds atoms have.</summary>
public static class Valence
{
    /// <summary>Elements that SMILES writes without brackets, in the order in which a reader must try them.</summary>
    internal static readonly string[] Organic = ["Cl", "Br", "B", "C", "N", "O", "P", "S", "F", "I"];

    /// <summary>Elements that may be written in small letters: part of an aromatic ring.</summary>
    internal static readonly string[] Aromatic = ["se", "as", "te", "b", "c", "n", "o", "p", "s"];

    private static readonly HashSet<string> symbols = [.. (
        "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn "
        + "Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U").Split(' ')];

    // By the number of outer electrons: a charge moves an atom to its neighbour's column.
    private static readonly Dictionary<string, int> column = new()
    {
        ["H"] = 1,
        ["B"] = 3,
        ["C"] = 4,
        ["Si"] = 4,
        ["Ge"] = 4,
        ["N"] = 5,
        ["P"] = 5,
        ["As"] = 5,
        ["O"] = 6,
        ["S"] = 6,
        ["Se"] = 6,
        ["Te"] = 6,
        ["F"] = 7,
        ["Cl"] = 7,
        ["Br"] = 7,
        ["I"] = 7,
    };

    /// <summary>Whether there is such an element.</summary>
    public static bool IsElement(string symbol) => symbols.Contains(symbol);

    /// <summary>The valences that an element takes with a charge, least first; null for metals and noble gases, of which nothing is said.</summary>
    /// <param name="element">Its symbol.</param>
    /// <param name="charge">Its formal charge.</param>
    public static IReadOnlyList<int>? Of(string element, int charge = 0)
    {
        if (!column.TryGetValue(element, out var electrons))
            return null;
        if (element == "H")
            return charge == 0 ? [1] : [0];
        var heavy = element is not ("B" or "C" or "N" or "O" or "F");
        return (electrons - charge) switch
        {
            <= 0 => [0],
            <= 4 and var few => [few],
            5 => heavy || (element == "N" && charge == 0) ? [3, 5] : [3],
            6 => heavy ? [2, 4, 6] : [2],
            7 => heavy && charge == 0 ? [1, 3, 5, 7] : heavy && element is "S" or "P" ? [1, 3, 5] : [1],
            _ => element == "P" && charge == -1 ? [2] : [0],
        };
    }

    /// <summary>The hydrogens that SMILES means where it gives none: up to the next valence.</summary>
    /// <returns>How many; -1 where there are more bonds than the element takes.</returns>
    internal static int Implied(string element, int bondOrders)
    {
        var valences = element is "Cl" or "Br" or "I" ? [1] : Of(element)!;
        foreach (var valence in valences)
            if (bondOrders <= valence)
                return valence - bondOrders;
        return -1;
    }

    /// <summary>What is wrong with an atom's bonds, in a sentence; null where nothing is.</summary>
    public static string? Fault(Atom atom, int bondOrders)
    {
        ArgumentNullException.ThrowIfNull(atom);
        if (Of(atom.Element, atom.Charge) is not { } valences || bondOrders + atom.Hydrogens <= valences[^1])
            return null;
        var charge = atom.Charge == 0 ? "" : $" with charge {atom.Charge:+0;-0}";
        return $"{atom.Element}{charge} takes at most {valences[^1]} bonds, got {bondOrders + atom.Hydrogens}"
            + (atom.Hydrogens > 0 ? $", hydrogens counted ({atom.Hydrogens})." : ".");
    }
}
