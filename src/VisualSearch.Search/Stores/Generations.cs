namespace VisualSearch.Search.Stores;

/// <summary>What a generation is to its collection.</summary>
public enum GenerationState
{
    /// <summary>Its vectors are being made; nothing is searched in it.</summary>
    Building,

    /// <summary>The one that is searched.</summary>
    Running,

    /// <summary>It was searched before and is kept to go back to.</summary>
    Kept,
}

/// <summary>A generation of a collection: one build of its vectors with one model.</summary>
/// <param name="Number">From 1 up, never used twice.</param>
/// <param name="State">Whether it is searched, being built, or kept.</param>
/// <param name="Model">The model of its vectors.</param>
/// <param name="ModelFolder">Where that model was when it was last used to build; a hint, empty when unknown.</param>
/// <param name="Vectors">How many items have a vector in it. The others are new, have changed, or could not be embedded.</param>
/// <param name="Gaps">How many items could not be embedded.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="ChangedAt">When it took its present state.</param>
public sealed record GenerationInfo(
    int Number, GenerationState State, ModelIdentity Model, string ModelFolder, long Vectors, long Gaps, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>An item that a generation has no vector of, because its picture could not be embedded.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Path">Its picture's absolute path.</param>
/// <param name="Reason">Why.</param>
public sealed record GenerationGap(long ItemId, string Path, string Reason);

/// <summary>A vector for an item, made from a picture as the catalog had it at the time.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="ContentHash">The catalog's digest of the picture's bytes when the item was taken up; if it has changed since, the vector is not kept.</param>
/// <param name="Vector">As many finite numbers as the generation's model has dimensions, not all zero.</param>
public sealed record GenerationVector(long ItemId, string ContentHash, ReadOnlyMemory<float> Vector)
{
    /// <summary>A vector for a shot: the mean of its keyframes'.</summary>
    /// <param name="itemId">The shot.</param>
    /// <param name="contentHash">As above, of the video.</param>
    /// <param name="keyframes">At least one.</param>
    public GenerationVector(long itemId, string contentHash, IReadOnlyList<KeyframeWrite> keyframes)
        : this(itemId, contentHash, keyframes[0].Vector) => Keyframes = keyframes;

    /// <summary>A shot's keyframes; empty for a picture.</summary>
    public IReadOnlyList<KeyframeWrite> Keyframes { get; } = [];
}

/// <summary>What was dropped of a collection's generations.</summary>
/// <param name="Dropped">The generations that are gone.</param>
/// <param name="BytesFreed">By how much the collection's files are shorter; 0 where they are another machine's.</param>
/// <param name="Remark">What became of the space where that is not known in bytes, or why it was not given back to the disk, with what to do; null otherwise.</param>
public sealed record PruneReport(IReadOnlyList<GenerationInfo> Dropped, long BytesFreed, string? Remark);
