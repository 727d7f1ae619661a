using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>The generations of a collection: look at them, begin the next, drop those that are not needed any more.</content>
public sealed partial class QdrantDirectory
{
    /// <inheritdoc/>
    public GenerationInfo RunningGeneration(string name)
    {
        CollectionEntry entry = Existing(name);
        return entry.AllGenerations.Single(one => one.Number == entry.Generation).Describe(0, 0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<GenerationInfo> Generations(string name)
    {
        CollectionEntry entry = Existing(name);
        return [.. entry.AllGenerations.Select(one => Describe(entry, one))];
    }

    /// <inheritdoc cref="ICollections.BeginBuild"/>
    public QdrantGenerationBuild BeginBuild(string name, ModelIdentity model, string modelFolder) =>
        QdrantGenerationBuild.Begin(client, entries, Existing(name).Name, model, modelFolder, logger, time);

    /// <inheritdoc/>
    public PruneReport Prune(string name, int? number = null)
    {
        Existing(name);
        using GenerationLease lease = GenerationLease.Take(entries, name, client.Options.WriterLease, time ?? TimeProvider.System);
        CollectionEntry entry = lease.Entry;
        QdrantGenerations.FinishDropping(client, lease, entry);
        GenerationEntry[] dropped = [.. entry.AllGenerations.Where(one => number is null ? one.Number != entry.Generation : one.Number == number)];
        if (number is { } wanted && dropped.Length == 0)
            throw new GenerationNotFoundException(name, wanted, [.. entry.AllGenerations.Select(static one => one.Number)]);
        if (Array.Exists(dropped, one => one.Number == entry.Generation))
            throw GenerationStateException.IsSearched(name, entry.Generation);
        if (dropped.Length == 0)
            return new PruneReport([], 0, null);
        GenerationInfo[] described = [.. dropped.Select(one => Describe(entry, one))];
        QdrantGenerations.Drop(client, lease, entry with { Dropped = [] }, [.. dropped.Select(static one => one.Number)]);
        return new PruneReport(described, 0, "Their collections on Qdrant are deleted, and the server gives the space back.");
    }

    IGenerationBuild ICollections.BeginBuild(string name, ModelIdentity model, string modelFolder) => BeginBuild(name, model, modelFolder);

    private GenerationInfo Describe(CollectionEntry entry, GenerationEntry one)
    {
        var layout = new QdrantLayout(entry.Name, one.Number);
        (long vectors, long gaps) = entry.Generations.Count == 0 ? (0, 0) : GenerationPoints.Counts(client, layout);
        return one.Describe(one.Number == entry.Generation ? client.Count(layout.Items) - gaps : vectors, gaps);
    }

    private CollectionEntry Existing(string name) =>
        entries.Find(Valid(name)) ?? throw new CollectionNotFoundException(name, [.. entries.List().Select(static entry => entry.Name)]);
}
