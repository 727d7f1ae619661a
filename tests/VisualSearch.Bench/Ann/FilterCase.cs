using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>Filters of one kind and size, and which of them each query is asked with.</summary>
/// <param name="Name">For the report: the share of rows that a filter admits, and which rows.</param>
/// <param name="Filters">Row numbers; none where the case is a search without a filter.</param>
/// <param name="FilterOf">One a query.</param>
internal sealed record FilterCase(string Name, IdSet[] Filters, int[] FilterOf)
{
    private const int RandomFilters = 20, Seed = 11;
    private static readonly (double Share, string Name)[] Sizes = [(0.5, "50%"), (0.1, "10%"), (0.01, "1%"), (0.001, "0.1%")];

    public IdSet? For(int query) => Filters.Length == 0 ? null : Filters[FilterOf[query]];

    /// <summary>
    /// No filter; then for each size rows at random, the part of the data that the query lies in, and the part farthest from it: a
    /// category that goes with what is asked for, and one that has nothing to do with it. See <see cref="Regions"/>.
    /// </summary>
    public static IEnumerable<FilterCase> Make(FlatIndex exact, float[] queries)
    {
        int count = queries.Length / exact.Dimension, rows = exact.Count;
        yield return new FilterCase("none", [], []);
        var random = new Random(Seed);
        using var regions = new Regions(exact, random);
        int[] regionOf = regions.Of(queries), asked = [.. regionOf.Distinct()];
        int[] filterOf = [.. regionOf.Select(region => Array.IndexOf(asked, region))];
        int[] all = [.. Enumerable.Range(0, rows)];
        foreach ((double share, string name) in Sizes)
        {
            int size = Math.Max(1, (int)(share * rows));
            var drawn = new IdSet[RandomFilters];
            for (int i = 0; i < drawn.Length; i++)
            {
                random.Shuffle(all);
                drawn[i] = Set(all.Take(size));
            }

            yield return new FilterCase($"{name} random", drawn, [.. Enumerable.Range(0, count).Select(q => q % RandomFilters)]);
            yield return new FilterCase($"{name} near", [.. asked.Select(region => Set(regions.Outward(region).Take(size)))], filterOf);
            yield return new FilterCase($"{name} far", [.. asked.Select(region => Set(regions.Inward(region).Take(size)))], filterOf);
        }
    }

    private static IdSet Set(IEnumerable<int> rows) => IdSet.FromIds(rows.Select(row => (ulong)row));
}
