namespace VisualSearch.Indexer;

/// <summary>What an index run did.</summary>
public sealed record IndexSummary
{
    /// <summary>Picture and video files found under the given paths.</summary>
    public required int Found { get; init; }

    /// <summary>Files indexed for the first time.</summary>
    public required int Added { get; init; }

    /// <summary>Files whose content or metadata had changed.</summary>
    public required int Updated { get; init; }

    /// <summary>Files left as they were.</summary>
    public required int Unchanged { get; init; }

    /// <summary>Assets whose file is gone and that left the index.</summary>
    public required int Removed { get; init; }

    /// <summary>Everything that could not be read, each with its reason, ordered by path.</summary>
    public required IReadOnlyList<IndexFailure> Failures { get; init; }

    /// <summary>Wall time of the run.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>True when the run was cancelled before it was through; what was written stays, the next run goes on.</summary>
    public required bool Cancelled { get; init; }
}

/// <summary>One file, folder or sidecar that could not be read.</summary>
/// <param name="Path">Its path as found.</param>
/// <param name="Reason">What was wrong, and what to do where something can be done.</param>
/// <param name="Subject">What could not be read.</param>
public sealed record IndexFailure(string Path, string Reason, IndexFailureSubject Subject);

/// <summary>What an <see cref="IndexFailure"/> is about.</summary>
public enum IndexFailureSubject
{
    /// <summary>A picture that is not in the index because of it.</summary>
    Picture,

    /// <summary>A video that is not in the index because of it.</summary>
    Video,

    /// <summary>A part of a video, or of its text, that could not be read; the video is indexed without it.</summary>
    PartOfVideo,

    /// <summary>A folder that could not be listed; nothing under it was added or removed.</summary>
    Folder,

    /// <summary>A sidecar that was left out; its picture is indexed without it.</summary>
    Metadata,
}
