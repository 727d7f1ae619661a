using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Media.Transcription;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Indexer;

/// <summary>How an index run uses the machine, and what it reads.</summary>
public sealed record IndexOptions
{
    /// <summary>Files decoded at the same time; 0 takes one per processor core.</summary>
    public int DecodeWorkers { get; init; }

    /// <summary>Encoder batches in flight at the same time; 0 takes one per processor core. Each runs on one thread of its own.</summary>
    public int EmbedWorkers { get; init; }

    /// <summary>Pictures given to the encoder at once, 1 to 256. 32 reaches full speed on CPUs; more only adds latency.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Assets written in one transaction, 1 to 4,096. Also what a kill can lose.</summary>
    public int CommitSize { get; init; } = 128;

    /// <summary>Embed every file again, also those that did not change.</summary>
    public bool Force { get; init; }

    /// <summary>How videos are read.</summary>
    public VideoReadOptions Videos { get; init; } = new();

    /// <summary>Makes text for videos that have sound and no subtitles; null to do without.</summary>
    public ITranscriber? Transcriber { get; init; }

    /// <summary>How what is said in videos is cut into passages.</summary>
    public PassageOptions Passages { get; init; } = new();

    /// <summary>Checks the ranges above.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range; the message names it.</exception>
    public IndexOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(DecodeWorkers);
        ArgumentOutOfRangeException.ThrowIfNegative(EmbedWorkers);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchSize, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(CommitSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CommitSize, 4096);
        return this;
    }
}
