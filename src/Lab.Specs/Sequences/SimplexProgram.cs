namespace Lab.Specs.Sequences;

/// <summary>
/// The distribution p that maximises <c>s·p - ½ pᵀQp</c>, by Mehrotra's predictor and corrector: an interior-point method, which goes through
/// the middle and knows no active set. In plain doubles.
/// </summary>
/// <remarks>Optimality: <c>Qp - s + τ·1 - z = 0</c>, p and z not negative, <c>p[i]·z[i] = 0</c>; the last is approached from above.</remarks>
/// <param name="Shares">p.</param>
/// <param name="Slacks">z: how much each entry is worth less than those that have a share.</param>
internal sealed record SimplexProgram(double[] Shares, double[] Slacks)
{
    private const int MostSteps = 100;

    /// <summary>How clearly entries are in or out: the least of the larger of share and slack.</summary>
    public double Clarity => Shares.Zip(Slacks, Math.Max).Min();

    /// <summary>The entries that have a share.</summary>
    public int[] Support => [.. Enumerable.Range(0, Shares.Length).Where(i => Shares[i] > Slacks[i])];

    public static SimplexProgram Solve(double[] s, double[,] q)
    {
        var n = s.Length;
        var most = s.Max();
        double[] c = [.. s.Select(score => score - most)];
        double[] p = [.. Enumerable.Repeat(1.0 / n, n)];
        var z = Enumerable.Range(0, n).Select(i => Row(q, p, i) - c[i] + 1).ToArray();
        var tau = 1.0;
        for (var step = 0; step < MostSteps && Dot(p, z) / n > 1e-17; step++)
        {
            var dual = Enumerable.Range(0, n).Select(i => Row(q, p, i) - c[i] + tau - z[i]).ToArray();
            var primal = 1 - p.Sum();
            if (Factor(q, p, z) is not { } factor)
                break;                                                    // rounding rules: it is as near as it gets
            var level = Dot(p, z) / n;
            var (dp, dz, _) = Direction(new double[n]);
            var reach = Dot(Moved(p, dp, Reach(p, dp)), Moved(z, dz, Reach(z, dz))) / n;
            var aim = level * Math.Pow(reach / level, 3);
            (dp, dz, var dtau) = Direction([.. dp.Zip(dz, (x, y) => aim - x * y)]);
            var length = 0.99 * Math.Min(Reach(p, dp), Reach(z, dz));
            (p, z, tau) = (Moved(p, dp, length), Moved(z, dz, length), tau + length * dtau);

            // (Q + diag(z/p)) dp + 1·dtau = (goal - p·z)/p - dual; Σ dp = primal
            (double[] Dp, double[] Dz, double Dtau) Direction(double[] goal)
            {
                var a = Back(factor, [.. Enumerable.Range(0, n).Select(i => (goal[i] - p[i] * z[i]) / p[i] - dual[i])]);
                var b = Back(factor, [.. Enumerable.Repeat(1.0, n)]);
                var dtau = (a.Sum() - primal) / b.Sum();
                double[] dp = [.. a.Zip(b, (x, y) => x - dtau * y)];
                return (dp, [.. Enumerable.Range(0, n).Select(i => (goal[i] - p[i] * z[i] - z[i] * dp[i]) / p[i])], dtau);
            }
        }
        return new(p, z);
    }

    private static double[,]? Factor(double[,] q, double[] p, double[] z)
    {
        var n = p.Length;
        var l = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = q[i, j] + (i == j ? z[i] / p[i] : 0);
                for (var k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                if (i == j && !(sum > 0))
                    return null;
                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        return l;
    }

    private static double[] Back(double[,] l, double[] right)
    {
        var (n, x) = (right.Length, right);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                x[i] -= l[i, j] * x[j];
            x[i] /= l[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++)
                x[i] -= l[j, i] * x[j];
            x[i] /= l[i, i];
        }
        return x;
    }

    private static double Reach(double[] x, double[] direction) =>
        x.Zip(direction, (at, by) => by < 0 ? -at / by : double.PositiveInfinity).Append(1).Min();

    private static double[] Moved(double[] x, double[] direction, double length) => [.. x.Zip(direction, (at, by) => at + length * by)];

    private static double Row(double[,] q, double[] p, int i) => Enumerable.Range(0, p.Length).Sum(j => q[i, j] * p[j]);

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
