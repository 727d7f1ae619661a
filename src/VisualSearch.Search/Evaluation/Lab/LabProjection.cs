using VisualSearch.Ann;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>
/// Puts vectors around a query in the plane. The radius is the true distance, so that a walk can be seen to come nearer: a plain
/// projection on two components keeps so little of 256 that near and far get mixed. Only the angle is projected: it is that of the
/// vector's first two principal components (Pearson 1901, by power iteration).
/// </summary>
internal static class LabProjection
{
    // The angle needs no more: one more round moves a node by less than a degree.
    private const int Rounds = 24;

    /// <summary>Places the vectors of these ids, the same way each time.</summary>
    public static LabNode[] Around(ReadOnlySpan<float> query, ulong[] ids, IVectorIndex vectors)
    {
        int dimension = vectors.Dimension;
        var rows = new float[ids.Length * dimension];
        var nodes = new LabNode[ids.Length];
        var mean = new double[dimension];
        for (int i = 0; i < ids.Length; i++)
        {
            Span<float> row = rows.AsSpan(i * dimension, dimension);
            vectors.TryGetVector(ids[i], row);
            double dot = 0;
            for (int d = 0; d < dimension; d++)
            {
                dot += row[d] * query[d];
                mean[d] += row[d] / (double)ids.Length;
            }

            nodes[i] = new LabNode((long)ids[i], (float)Math.Max(0, 1 - dot), 0);
        }

        for (int i = 0; i < rows.Length; i++)
            rows[i] -= (float)mean[i % dimension];
        double[] first = Component(rows, dimension, null);
        double[] second = Component(rows, dimension, first);
        for (int i = 0; i < nodes.Length; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * dimension, dimension);
            nodes[i] = nodes[i] with { Angle = (float)Math.Atan2(Dot(row, second), Dot(row, first)) };
        }

        return nodes;
    }

    private static double[] Component(float[] rows, int dimension, double[]? before)
    {
        // Any start that is not at right angles to the answer does; the same one each time gives the same picture.
        double[] component = [.. Enumerable.Range(0, dimension).Select(d => Math.Cos(d * 0.7) + 0.1)];
        var next = new double[dimension];
        for (int round = 0; round < Rounds; round++)
        {
            Array.Clear(next);
            for (int start = 0; start < rows.Length; start += dimension)
            {
                ReadOnlySpan<float> row = rows.AsSpan(start, dimension);
                double weight = Dot(row, component);
                for (int d = 0; d < dimension; d++)
                    next[d] += weight * row[d];
            }

            double along = before is null ? 0 : next.Zip(before, (a, b) => a * b).Sum();
            double square = 0;
            for (int d = 0; d < dimension; d++)
            {
                next[d] -= before is null ? 0 : along * before[d];
                square += next[d] * next[d];
            }

            // All vectors on one line, or one vector alone: every direction is as good.
            if (square < 1e-20)
                return component;
            for (int d = 0; d < dimension; d++)
                component[d] = next[d] / Math.Sqrt(square);
        }

        return component;
    }

    private static double Dot(ReadOnlySpan<float> row, double[] component)
    {
        double sum = 0;
        for (int d = 0; d < component.Length; d++)
            sum += row[d] * component[d];
        return sum;
    }
}
