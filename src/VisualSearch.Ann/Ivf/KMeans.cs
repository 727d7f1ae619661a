using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Lloyd's k-means: give each point to its nearest centroid, move each centroid to the mean of its points, again until nothing changes.
/// It starts from k-means++ (Arthur and Vassilvitskii 2007): each next centroid is a point drawn with a chance in proportion to its squared
/// distance from the centroids so far. A centroid that loses all its points moves to the point farthest from its own, so that no list
/// stays empty. The same points and seed give the same centroids, with any number of threads: points are given out in parallel, means are
/// added up in order.
/// </summary>
internal static unsafe class KMeans
{
    // Later rounds move few points: on 10,000 vectors like embeddings the mean squared distance falls by under 1 % after the tenth.
    private const int MostRounds = 10;
    private const int ParallelPoints = 256;

    /// <param name="points">What to learn from, at least one point.</param>
    /// <param name="k">Centroids wanted; there are never more than points.</param>
    /// <param name="seed">Decides the start.</param>
    public static Centroids Train(TrainingSample points, int k, int seed)
    {
        var centroids = new Centroids(Math.Min(k, points.Count), points.Dimension);
        Start(points, centroids, new Random(seed));
        int[] owners = new int[points.Count];
        float[] gaps = new float[points.Count], halfSquaredNorms = new float[points.Count];
        for (int i = 0; i < points.Count; i++)
        {
            owners[i] = -1;
            halfSquaredNorms[i] = Dot.F32(points[i], points[i], points.Dimension) / 2;
        }

        for (int round = 0; round < MostRounds; round++)
        {
            centroids.Measure();
            if (!GiveOut(points, centroids, owners, gaps, halfSquaredNorms))
                break;
            Move(points, centroids, owners, gaps);
        }

        centroids.Measure();
        return centroids;
    }

    private static void Start(TrainingSample points, Centroids centroids, Random random)
    {
        int dimension = points.Dimension;
        float[] gaps = new float[points.Count];
        Array.Fill(gaps, float.MaxValue);
        int chosen = random.Next(points.Count);
        for (int c = 0; ; c++)
        {
            Copy(points[chosen], centroids[c], dimension);
            if (c == centroids.Count - 1)
                return;
            double total = 0;
            for (int i = 0; i < points.Count; i++)
            {
                gaps[i] = MathF.Min(gaps[i], L2.F32(points[i], centroids[c], dimension));
                total += gaps[i];
            }

            // All points may be equal, and then any will do.
            double drawn = random.NextDouble() * total;
            chosen = total > 0 ? 0 : random.Next(points.Count);
            for (double sum = gaps[chosen]; sum <= drawn && total > 0 && chosen < points.Count - 1; sum += gaps[chosen])
                chosen++;
        }
    }

    /// <returns>Whether any point changed its owner.</returns>
    private static bool GiveOut(TrainingSample points, Centroids centroids, int[] owners, float[] gaps, float[] halfSquaredNorms)
    {
        int changed = 0;
        Parallel.For(0, (points.Count + ParallelPoints - 1) / ParallelPoints, block =>
        {
            int moved = 0;
            for (int i = block * ParallelPoints; i < Math.Min(points.Count, (block + 1) * ParallelPoints); i++)
            {
                int owner = centroids.Nearest(points[i], out float rank);
                gaps[i] = halfSquaredNorms[i] + rank;
                moved += owner == owners[i] ? 0 : 1;
                owners[i] = owner;
            }

            Interlocked.Add(ref changed, moved);
        });
        return changed > 0;
    }

    private static void Move(TrainingSample points, Centroids centroids, int[] owners, float[] gaps)
    {
        int dimension = points.Dimension;
        double[] sums = new double[centroids.Count * (long)dimension];
        int[] counts = new int[centroids.Count];
        for (int i = 0; i < points.Count; i++)
        {
            counts[owners[i]]++;
            Span<double> sum = sums.AsSpan(owners[i] * dimension, dimension);
            float* point = points[i];
            for (int d = 0; d < sum.Length; d++)
                sum[d] += point[d];
        }

        for (int c = 0; c < centroids.Count; c++)
        {
            if (counts[c] == 0)
            {
                int farthest = gaps.AsSpan().IndexOf(gaps.Max());
                gaps[farthest] = float.NegativeInfinity;
                Copy(points[farthest], centroids[c], dimension);
                continue;
            }

            float* centroid = centroids[c];
            for (int d = 0; d < dimension; d++)
                centroid[d] = (float)(sums[(c * dimension) + d] / counts[c]);
        }
    }

    private static void Copy(float* from, float* to, int dimension) =>
        new ReadOnlySpan<float>(from, dimension).CopyTo(new Span<float>(to, dimension));
}
