using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>What is known about a generation of a collection on Qdrant: an element of <see cref="CollectionEntry.Generations"/>.</summary>
internal sealed record GenerationEntry
{
    /// <summary>From 1 up, never used twice.</summary>
    public required int Number { get; init; }

    /// <summary>Whether it is searched, being built, or kept.</summary>
    public required GenerationState State { get; init; }

    /// <summary>The fingerprint of the model of its vectors.</summary>
    public required string Model { get; init; }

    /// <summary>That model's name and version for people.</summary>
    public required string ModelName { get; init; }

    /// <summary>Where the model was when it was last used to build; empty when unknown.</summary>
    public string ModelFolder { get; init; } = "";

    /// <summary>Numbers in a vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it took its present state.</summary>
    public DateTimeOffset Changed { get; init; }

    /// <summary>Of one that does not run: the collection's revision up to which it has all that the running one has; -1 for none yet.</summary>
    public long CaughtUp { get; init; } = -1;

    /// <summary>The model as stores compare it.</summary>
    [JsonIgnore]
    public ModelIdentity Identify => new(ModelName, Model, Dimension);

    /// <summary>As those see it who look at generations.</summary>
    public GenerationInfo Describe(long vectors, long gaps) => new(Number, State, Identify, ModelFolder, vectors, gaps, Created, Changed);
}
