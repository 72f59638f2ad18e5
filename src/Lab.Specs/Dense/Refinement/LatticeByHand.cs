namespace Lab.Specs.Dense.Refinement;

/// <summary>
/// The permutohedral lattice by its definition, in plain doubles: corners are the integer points of the plane Σ = 0 whose coordinates
/// leave the same remainder of D + 1, and a corner's share of a point is a hat function of the way between them.
/// </summary>
internal static class LatticeByHand
{
    /// <summary>What each point gets from each other: splat, blur forth and back, slice.</summary>
    /// <param name="features">One row of D features for each point.</param>
    public static double[,] Matrix(double[][] features)
    {
        var (count, d) = (features.Length, features[0].Length);
        var unit = (d + 1) * Math.Sqrt(1.0 / 6 + 1);                      // the standard deviation of it all, in the lattice's coordinates
        var shares = features.Select(f => Shares(Lifted(f, unit))).ToArray();
        var table = new Dictionary<string, (int[] Key, double[] Held)>();
        for (var n = 0; n < count; n++)
        {
            foreach (var (key, weight) in shares[n])
            {
                var name = Name(key);
                if (!table.ContainsKey(name))
                    table[name] = (key, new double[count]);
                table[name].Held[n] += weight;
            }
        }
        foreach (var axis in Enumerable.Range(0, d + 1).Concat(Enumerable.Range(0, d + 1).Reverse()))
            table = table.ToDictionary(corner => corner.Key, corner => (corner.Value.Key, Blurred(table, corner.Value.Key, axis, count)));

        var volume = Math.Pow(d + 1, d - 0.5) / Math.Pow(unit, d);        // of the space around a corner, in the features' unit
        var factor = Math.Pow(2 * Math.PI, d / 2.0) / volume;
        var matrix = new double[count, count];
        for (var i = 0; i < count; i++)
            foreach (var (key, weight) in shares[i])
                for (var j = 0; j < count; j++)
                    matrix[i, j] += factor * weight * table[Name(key)].Held[j];
        return matrix;
    }

    /// <summary>Onto the plane: orthonormal directions (1, ..., 1, -k, 0, ..., 0)/√(k(k + 1)), times the unit.</summary>
    private static double[] Lifted(double[] f, double unit)
    {
        var lifted = new double[f.Length + 1];
        for (var k = 1; k <= f.Length; k++)
        {
            var length = f[k - 1] * unit / Math.Sqrt(k * (k + 1.0));
            for (var i = 0; i < k; i++)
                lifted[i] += length;
            lifted[k] -= k * length;
        }
        return lifted;
    }

    private static List<(int[] Key, double Weight)> Shares(double[] point)
    {
        var axes = point.Length;
        var shares = new List<(int[], double)>();
        for (var remainder = 0; remainder < axes; remainder++)
        {
            for (var choice = 0; choice < 1 << axes; choice++)
            {
                var key = new int[axes];
                for (var i = 0; i < axes; i++)
                    key[i] = axes * ((int)Math.Floor((point[i] - remainder) / axes) + (choice >> i & 1)) + remainder;
                if (key.Sum() != 0)
                    continue;
                var away = point.Select((p, i) => p - key[i]).ToArray();
                var weight = 1 - (away.Max() - away.Min()) / axes;
                if (weight >= 1e-9 && !shares.Any(s => s.Item1.SequenceEqual(key)))
                    shares.Add((key, weight));
            }
        }
        return shares;
    }

    private static double[] Blurred(Dictionary<string, (int[] Key, double[] Held)> table, int[] key, int axis, int count)
    {
        var (ahead, back) = (Held(+1), Held(-1));
        return [.. table[Name(key)].Held.Select((own, n) => own / 2 + ahead[n] / 4 + back[n] / 4)];

        double[] Held(int sign) =>
            table.TryGetValue(Name([.. key.Select((v, i) => v + sign * (i == axis ? 1 - key.Length : 1))]), out var corner) ? corner.Held : new double[count];
    }

    private static string Name(int[] key) => string.Join(' ', key);
}
