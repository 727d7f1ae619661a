using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Checking that all points belong together.</content>
public sealed partial class QdrantStore
{
    private const int MostNamed = 5;

    /// <inheritdoc/>
    public VerifyReport Verify()
    {
        CollectionEntry entry = Entry();
        var problems = new List<string>();
        var remarks = new List<string>();
        var named = new HashSet<ulong>();
        var keyframes = new HashSet<ulong>();
        long assets = 0;
        foreach (AssetPoint point in client.ScrollAll(layout.Assets, new PointScroll { WithPayload = AssetPoint.Record }).Select(AssetPoint.Read))
        {
            assets++;
            named.UnionWith(point.Items.Select(static item => (ulong)item.Id));
            keyframes.UnionWith(point.Keyframes.Select(static id => (ulong)id));
        }

        Compare("items", layout.Items, named, problems);
        Compare("keyframes", layout.Keyframes, keyframes, problems);
        long indexed = Having(QdrantLayout.Visual), passages = Having(QdrantLayout.Text);
        IReadOnlyList<GenerationGap> gaps = Gaps();
        if (indexed + passages + gaps.Count != named.Count)
            problems.Add($"{named.Count} items have {indexed + passages} vectors. Index the collection again.");
        NameGenerations(entry, gaps, named.Count, remarks);
        if (entry.Pending.Count > 0)
            remarks.Add($"{entry.Pending.Count} files are being written, or their writer broke off; the next one clears up after it.");
        foreach (string part in new[] { layout.Items, layout.Keyframes, layout.Assets })
        {
            if (client.GetCollection(part).Status is "red" and var status)
                problems.Add($"Qdrant says of '{part}' that its state is {status}. See the server's log.");
        }

        return new VerifyReport { Assets = assets, Items = named.Count, Vectors = indexed, Indexed = indexed, Problems = problems, Remarks = remarks };
    }

    private long Having(string vector) => client.Count(layout.Items, new PointFilter { Must = [new PointCondition.HasVector(vector)] });

    private void Compare(string what, string collection, HashSet<ulong> named, List<string> problems)
    {
        var there = client.ScrollAll(collection, new PointScroll { WithPayload = PayloadSelection.None, Limit = 1024 }).Select(static point => point.Id).ToHashSet();
        ulong[] missing = [.. named.Except(there).Order()], spare = [.. there.Except(named).Order()];
        if (missing.Length > 0)
            problems.Add($"{missing.Length} {what} are missing ({string.Join(", ", missing.Take(MostNamed))}{(missing.Length > MostNamed ? ", …" : "")}). Index the collection again.");
        if (spare.Length > 0)
            problems.Add($"{spare.Length} {what} belong to no file ({string.Join(", ", spare.Take(MostNamed))}{(spare.Length > MostNamed ? ", …" : "")}). Open the collection to write once: what a writer left is cleared up.");
    }
}
