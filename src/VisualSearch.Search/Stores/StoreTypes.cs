using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>Whether a store is opened to search only, or also to change it.</summary>
public enum StoreAccess
{
    /// <summary>Search; any number of processes at once, also while another one writes.</summary>
    Read,

    /// <summary>Search and change; one process at a time.</summary>
    Write,
}

/// <summary>What is known about a collection without searching it.</summary>
public sealed record CollectionInfo
{
    /// <summary>The collection's name.</summary>
    public required string Name { get; init; }

    /// <summary>The fingerprint of the model that made the vectors.</summary>
    public string Model { get; init; } = "";

    /// <summary>The model's name and version for people.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>Numbers in a vector.</summary>
    public int Dimension { get; init; }

    /// <summary>Which build of the vectors this is, from 1 up.</summary>
    public int Generation { get; init; }

    /// <summary>How many assets there are.</summary>
    public long Assets { get; init; }

    /// <summary>How many items there are.</summary>
    public long Items { get; init; }

    /// <summary>Which kind of store holds it: <c>embedded</c>.</summary>
    public string Store { get; init; } = "embedded";

    /// <summary>When the collection was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Bytes on disk, thumbnails included.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Why the collection can't be opened, with what to do; null when it can. The counts are then zero.</summary>
    public string? Fault { get; init; }
}

/// <summary>Which model a collection's vectors come from; compared by <see cref="Fingerprint"/>.</summary>
/// <param name="Name">Name and version for people, such as <c>vsearch-default@1</c>.</param>
/// <param name="Fingerprint">A text that differs when anything that changes vectors differs.</param>
/// <param name="Dimension">Numbers in a vector, at least 1.</param>
public sealed record ModelIdentity(string Name, string Fingerprint, int Dimension)
{
    /// <summary>The identity of a model in a folder.</summary>
    /// <param name="manifest">What its <c>model.json</c> says.</param>
    public static ModelIdentity From(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new ModelIdentity($"{manifest.Name}@{manifest.Version}", manifest.Fingerprint, manifest.Dimension);
    }

    /// <summary>The identity of a model in a folder, so that a manifest can be given wherever one is asked for.</summary>
    /// <param name="manifest">What its <c>model.json</c> says.</param>
    public static implicit operator ModelIdentity(ModelManifest manifest) => From(manifest);
}

/// <summary>A found item and how well it fits: bigger is better.</summary>
/// <param name="ItemId">The item's id.</param>
/// <param name="Score">Cosine similarity in -1..1, or a BM25 score from 0 up.</param>
public readonly record struct ScoredItem(long ItemId, float Score);

/// <summary>A value of a field and how many items have it.</summary>
/// <param name="Value">The value as text.</param>
/// <param name="Count">How many items.</param>
public readonly record struct FacetCount(string Value, long Count);

/// <summary>What a check of a collection found.</summary>
public sealed record VerifyReport
{
    /// <summary>Assets in the catalog.</summary>
    public long Assets { get; init; }

    /// <summary>Items in the catalog.</summary>
    public long Items { get; init; }

    /// <summary>Vectors in the catalog.</summary>
    public long Vectors { get; init; }

    /// <summary>Vectors in the index.</summary>
    public long Indexed { get; init; }

    /// <summary>What is wrong, each with what to do; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What is worth knowing but harmless, such as a snapshot that lags behind.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>True when nothing is wrong.</summary>
    public bool Healthy => Problems.Count == 0;
}
