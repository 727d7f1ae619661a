using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>What searches should have found: exact search over a base file, whole or within filters.</summary>
internal static class ExactTruth
{
    private const int Part = 10_000, QueryPart = 128;

    /// <summary>Reads a file of vectors into an index, in parts; ids are row numbers.</summary>
    public static void Fill(IVectorIndex index, string file)
    {
        int rows = VectorFile.Shape(file).Rows;
        for (int first = 0; first < rows; first += Part)
        {
            float[] part = VectorFile.Read<float>(file, first, Math.Min(Part, rows - first));
            for (int i = 0; i < part.Length / index.Dimension; i++)
                index.Add((ulong)(first + i), part.AsSpan(i * index.Dimension, index.Dimension));
        }
    }

    /// <summary>Exact search over a file.</summary>
    public static FlatIndex Open(string file, Metric metric)
    {
        (int rows, int columns) = VectorFile.Shape(file);
        var exact = new FlatIndex(columns, metric, rows);
        Fill(exact, file);
        return exact;
    }

    /// <summary>The ten nearest of each query, nearest first; <see cref="QueryRun.Nothing"/> where its filter admits fewer.</summary>
    /// <param name="exact">What is searched.</param>
    /// <param name="queries">One after the other.</param>
    /// <param name="filters">Filters that the queries share; none for all vectors.</param>
    /// <param name="filterOf">Which of them each query has.</param>
    public static int[] Nearest(FlatIndex exact, float[] queries, IReadOnlyList<IdSet> filters, IReadOnlyList<int> filterOf)
    {
        int dimension = exact.Dimension;
        var nearest = new int[queries.Length / dimension * AnnData.K];
        Array.Fill(nearest, QueryRun.Nothing);

        // A call searches for queries with one filter, and reads the vectors once for all of them.
        int[][] calls = [.. Enumerable.Range(0, queries.Length / dimension).GroupBy(q => filters.Count == 0 ? 0 : filterOf[q]).SelectMany(g => g.Chunk(QueryPart))];
        Parallel.ForEach(calls, asked =>
        {
            float[] vectors = [.. asked.SelectMany(q => new ArraySegment<float>(queries, q * dimension, dimension))];
            var found = new Neighbor[asked.Length * AnnData.K];
            var counts = new int[asked.Length];
            exact.SearchBatch(vectors, AnnData.K, found, counts, new SearchParameters { Filter = filters.Count == 0 ? null : filters[filterOf[asked[0]]] });
            for (int i = 0; i < asked.Length; i++)
            {
                for (int rank = 0; rank < counts[i]; rank++)
                    nearest[(asked[i] * AnnData.K) + rank] = (int)found[(i * AnnData.K) + rank].Id;
            }
        });
        return nearest;
    }
}
