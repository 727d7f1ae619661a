using System.Text.Json.Nodes;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The generations in a collection's entry, and the changes to them that only the holder of <see cref="GenerationLease"/> makes.</summary>
internal static class QdrantGenerations
{
    /// <summary>The generation of a model, to go on with; or a new one, named in the entry before its collections are made.</summary>
    /// <exception cref="GenerationStateException">The collection has this model already, or is being built with a third one.</exception>
    public static GenerationEntry FindOrAdd(QdrantClient client, GenerationLease lease, ModelIdentity model, string modelFolder, DateTimeOffset now)
    {
        CollectionEntry entry = lease.Entry;
        FinishDropping(client, lease, entry);
        if (entry.Model == model.Fingerprint)
            throw GenerationStateException.HasModel(entry.Name, model, entry.Generation);
        if (entry.Generations.LastOrDefault(one => one.Model == model.Fingerprint) is { } found)
        {
            GenerationEntry moved = found with { ModelFolder = modelFolder };
            lease.Change(new JsonObject { ["generations"] = CollectionEntries.Json(entry.Generations.Select(one => one.Number == found.Number ? moved : one)) });
            return moved;
        }

        if (entry.Generations.FirstOrDefault(static one => one.State == GenerationState.Building) is { } other)
            throw GenerationStateException.AnotherIsBuilt(entry.Name, other.Number, other.Identify, other.ModelFolder);
        var added = new GenerationEntry
        {
            Number = Math.Max(entry.LastGeneration, entry.Generation) + 1,
            State = GenerationState.Building,
            Model = model.Fingerprint,
            ModelName = model.Name,
            ModelFolder = modelFolder,
            Dimension = model.Dimension,
            Created = now,
            Changed = now,
        };
        // What a collection of this name has left there that was dropped only half would pass for what is embedded already.
        new QdrantLayout(entry.Name, added.Number).Drop(client);
        lease.Change(new JsonObject { ["generations"] = CollectionEntries.Json([.. entry.AllGenerations, added]), ["lastGeneration"] = added.Number });
        return added;
    }

    /// <summary>Drops generations: they are gone at once, and their points soon after.</summary>
    public static void Drop(QdrantClient client, GenerationLease lease, CollectionEntry entry, IReadOnlyCollection<int> numbers)
    {
        CollectionEntry after = lease.Change(new JsonObject
        {
            ["generations"] = CollectionEntries.Json(entry.AllGenerations.Where(one => !numbers.Contains(one.Number))),
            ["dropped"] = new JsonArray([.. entry.Dropped.Concat(numbers).Select(static number => (JsonNode)number)]),
        });
        FinishDropping(client, lease, after);
    }

    /// <summary>Deletes the points of generations that were dropped, where that broke off.</summary>
    public static void FinishDropping(QdrantClient client, GenerationLease lease, CollectionEntry entry)
    {
        if (entry.Dropped.Count == 0)
            return;
        foreach (int number in entry.Dropped)
            new QdrantLayout(entry.Name, number).Drop(client);
        lease.Change(new JsonObject { ["dropped"] = new JsonArray() });
    }
}
