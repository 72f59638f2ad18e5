namespace Lab.Data.Molecules;

/// <summary>Reads one SMILES, from left to right.</summary>
internal sealed class SmilesParser(string text)
{
    /// <summary>An atom as it is written: hydrogens of -1 are to be found out.</summary>
    internal sealed record Written(string Element, bool Aromatic, int Hydrogens, int Charge, int Isotope, int Position);

    /// <summary>A bond as it is written: an order of 0 for one that was not, or ':'.</summary>
    internal sealed record Link(int From, int To, int Order, int Position);

    private readonly List<Written> atoms = [];
    private readonly List<Link> links = [];
    private readonly Dictionary<int, (int Atom, int? Order, int Position)> open = [];
    private readonly Stack<(int Atom, int Position)> branches = [];
    private int at;

    public (IReadOnlyList<Written> Atoms, IReadOnlyList<Link> Links) Read()
    {
        var (last, order, orderAt) = (-1, (int?)null, 0);
        while (at < text.Length)
        {
            var (start, sign) = (at, text[at]);
            switch (sign)
            {
                case '-' or '=' or '#' or '$' or ':' or '/' or '\\':
                    if (order is not null)
                        throw Bad(start, $"Two bonds follow each other, '{text[orderAt]}' and '{sign}'.");
                    if (last < 0)
                        throw Bad(start, $"The bond '{sign}' has no atom before it.");
                    (order, orderAt, at) = (sign switch { '=' => 2, '#' => 3, '$' => 4, ':' => 0, _ => 1 }, start, at + 1);
                    if (sign is '/' or '\\')
                        order = 1;                                            // which side a double bond's end lies on: dropped
                    break;
                case '(':
                    if (last < 0)
                        throw Bad(start, "A branch '(' has no atom before it.");
                    if (order is not null)
                        throw Bad(orderAt, "A bond stands before a branch: it belongs inside, behind the '('.");
                    branches.Push((last, start));
                    at++;
                    if (at < text.Length && text[at] == ')')
                        throw Bad(at, "The branch is empty.");
                    break;
                case ')':
                    if (order is not null)
                        throw Bad(orderAt, "A bond leads nowhere: an atom must follow.");
                    if (branches.Count == 0)
                        throw Bad(start, "There is no '(' for this ')'.");
                    (last, at) = (branches.Pop().Atom, at + 1);
                    break;
                case '.':
                    if (order is not null)
                        throw Bad(orderAt, "A bond leads nowhere: an atom must follow.");
                    if (last < 0)
                        throw Bad(start, "There is no atom before the '.'.");
                    if (branches.Count > 0)
                        throw Bad(start, "A '.' inside a branch is not read here.");
                    (last, at) = (-1, at + 1);
                    if (at == text.Length)
                        throw Bad(at, "There is no atom behind the '.'.");
                    break;
                case '%' or (>= '0' and <= '9'):
                    Ring(last, order);
                    order = null;
                    break;
                default:
                    atoms.Add(sign == '[' ? Bracket() : Bare());
                    if (last >= 0)
                        Join(last, atoms.Count - 1, order, start);
                    (last, order) = (atoms.Count - 1, null);
                    break;
            }
        }
        if (order is not null)
            throw Bad(orderAt, "A bond leads nowhere: an atom must follow.");
        if (branches.Count > 0)
            throw Bad(branches.Peek().Position, "This '(' is never closed.");
        if (open.Count > 0)
        {
            var (number, ring) = open.MinBy(o => o.Value.Position);
            throw Bad(ring.Position, $"Ring {number} is opened here and never closed.");
        }
        if (atoms.Count == 0)
            throw Bad(0, "There is no atom.");
        return (atoms, links);
    }

    private void Ring(int last, int? order)
    {
        var start = at;
        if (last < 0)
            throw Bad(start, "A ring number has no atom before it.");
        int number;
        if (text[at] == '%')
        {
            if (at + 2 >= text.Length || !char.IsAsciiDigit(text[at + 1]) || !char.IsAsciiDigit(text[at + 2]))
                throw Bad(start, "'%' must be followed by two digits.");
            (number, at) = (10 * (text[at + 1] - '0') + (text[at + 2] - '0'), at + 3);
        }
        else
            (number, at) = (text[at] - '0', at + 1);

        if (!open.Remove(number, out var other))
        {
            open[number] = (last, order, start);
            return;
        }
        if (other.Atom == last)
            throw Bad(start, $"Ring {number} joins an atom with itself.");
        if (other.Order is { } before && order is { } now && before != now)
            throw Bad(start, $"Ring {number} is opened with a bond of order {before} and closed with one of order {now}.");
        Join(other.Atom, last, order ?? other.Order, start);
    }

    private void Join(int from, int to, int? order, int position)
    {
        if (links.Any(l => (l.From == from && l.To == to) || (l.From == to && l.To == from)))
            throw Bad(position, "These two atoms have a bond already.");
        var aromatic = atoms[from].Aromatic && atoms[to].Aromatic;
        if (order == 0 && !aromatic)
            throw Bad(position, "An aromatic bond ':' must join two aromatic atoms, in small letters.");
        links.Add(new(from, to, order ?? (aromatic ? 0 : 1), position));
    }

    private Written Bare()
    {
        var start = at;
        foreach (var element in Valence.Organic)
            if (text.AsSpan(at).StartsWith(element, StringComparison.Ordinal))
            {
                at += element.Length;
                return new(element, false, -1, 0, 0, start);
            }
        if (text[at] is 'b' or 'c' or 'n' or 'o' or 'p' or 's')
            return new(char.ToUpperInvariant(text[at++]).ToString(), true, -1, 0, 0, start);
        throw text[at] switch
        {
            '*' => Bad(start, "Any atom '*' is not read here."),
            '~' => Bad(start, "Any bond '~' is not read here."),
            '>' => Bad(start, "Reactions are not read here."),
            ']' => Bad(start, "There is no '[' for this ']'."),
            '@' => Bad(start, "A stereo mark '@' stands outside brackets."),
            '+' => Bad(start, "A charge stands outside brackets."),
            var c when char.IsWhiteSpace(c) => Bad(start, "There is a blank in the text."),
            var c when char.IsAsciiLetterUpper(c) => Bad(
                start, $"'{c}' is no element that may stand without brackets ({string.Join(", ", Valence.Organic)}); write [{c}...]."),
            var c => Bad(start, $"'{c}' has no meaning here."),
        };
    }

    private Written Bracket()
    {
        var start = at++;
        var isotope = Number() ?? 0;
        if (at >= text.Length)
            throw Bad(start, "This '[' is never closed.");
        var (element, aromatic) = Element();
        while (at < text.Length && text[at] == '@')                           // which way round the neighbours stand: dropped
            at++;
        var hydrogens = 0;
        if (at < text.Length && text[at] == 'H')
        {
            at++;
            hydrogens = Number() ?? 1;
        }
        var charge = 0;
        if (at < text.Length && text[at] is '+' or '-')
        {
            var (signAt, sign) = (at, text[at++]);
            var size = 1;
            if (Number() is { } given)
                size = given;
            else
                while (at < text.Length && text[at] == sign)
                    (size, at) = (size + 1, at + 1);
            if (size > 15)
                throw Bad(signAt, $"No atom has a charge of {size}.");
            charge = sign == '+' ? size : -size;
        }
        if (at < text.Length && text[at] == ':')                              // the atom's number in a reaction: dropped
        {
            at++;
            if (Number() is null)
                throw Bad(at, "':' in brackets must be followed by a number.");
        }
        if (at >= text.Length)
            throw Bad(start, "This '[' is never closed.");
        if (text[at] != ']')
            throw Bad(at, $"'{text[at]}' has no meaning here; in brackets stand isotope, element, hydrogens, charge, in this order, then ']'.");
        at++;
        return new(element, aromatic, hydrogens, charge, isotope, start);
    }

    private (string Element, bool Aromatic) Element()
    {
        foreach (var length in new[] { 2, 1 })
        {
            if (at + length > text.Length)
                continue;
            var symbol = text.Substring(at, length);
            if (Valence.IsElement(symbol))
            {
                at += length;
                return (symbol, false);
            }
            if (Valence.Aromatic.Contains(symbol))
            {
                at += length;
                return (char.ToUpperInvariant(symbol[0]) + symbol[1..], true);
            }
        }
        throw text[at] == '*' ? Bad(at, "Any atom '*' is not read here.") : Bad(at, $"There is no element '{text[at]}'.");
    }

    private int? Number()
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at - from > 3)
            throw Bad(from, "The number is too large.");
        return at == from ? null : int.Parse(text.AsSpan(from, at - from), System.Globalization.CultureInfo.InvariantCulture);
    }

    private SmilesException Bad(int position, string problem) => new(text, position, problem);
}
