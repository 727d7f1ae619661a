using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: what do filters cost? Recall within the filter and queries a second, beside a search without a filter, by the filter's size
/// and by how it goes with the query.
/// </summary>
internal static class FilterStudy
{
    // Exact search within a filter is behind each of them, and a filter far from the query can take milliseconds on a large set.
    private const int MostQueries = 500;

    public static void Run(HnswIndex index, OwnOptions options)
    {
        float[] queries = Some(options.Queries, index.Dimension, MostQueries);
        using FlatIndex exact = ExactTruth.Open(options.Base, index.Metric);
        (FilterCase Case, QueryRun Run)[] cases = [.. FilterCase.Make(exact, queries)
            .Select(c => (c, new QueryRun(queries, index.Dimension, ExactTruth.Nearest(exact, queries, c.Filters, c.FilterOf))))];
        int ef = options.Ef > 0 ? options.Ef : cases[0].Run.Beam(index);
        for (int pass = 0; pass < options.Passes; pass++)
        {
            foreach ((FilterCase filter, QueryRun run) in cases)
            {
                QueryRun.Print(run.Measure($"ef={ef} filter={filter.Name}", index,
                    q => new SearchParameters { EfSearch = ef, Filter = filter.For(q) }, warm: pass > 0));
            }
        }
    }

    private static float[] Some(float[] queries, int dimension, int most)
    {
        int count = queries.Length / dimension, wanted = Math.Min(most, count);
        return [.. Enumerable.Range(0, wanted)
            .SelectMany(i => new ArraySegment<float>(queries, (int)((long)i * count / wanted) * dimension, dimension))];
    }
}
