namespace VisualSearch.Samples;

/// <summary>What sample set to make.</summary>
public sealed record SampleOptions
{
    private readonly int _count = 2000;
    private readonly int _size = 480;
    private readonly int _parallelism;
    private readonly int _videos;
    private readonly string _out = "";

    /// <summary>Number of pictures, 1 to 1,000,000 (six digits name a file). Default 2,000.</summary>
    public int Count
    {
        get => _count;
        init => _count = value is >= 1 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Count), value, $"Count is {value}; choose 1 to 1,000,000 pictures.");
    }

    /// <summary>Number of videos, 0 to 500; they need ffmpeg. Default 0: pictures alone, and videos that are there stay.</summary>
    public int Videos
    {
        get => _videos;
        init => _videos = value is >= 0 and <= 500
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Videos), value, $"Videos is {value}; choose 0 to 500.");
    }

    /// <summary>Different seeds draw different scenes. Default 1, which is the demo's; train and tune on others.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Width in pixels of a 4:3 picture, 32 to 4,096; other shapes have about the same area. Default 480.</summary>
    public int Size
    {
        get => _size;
        init => _size = value is >= 32 and <= 4096
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Size), value, $"Size is {value}; choose 32 to 4,096 pixels.");
    }

    /// <summary>The folder to fill; made if it is not there. Required.</summary>
    public required string Out
    {
        get => _out;
        init => _out = string.IsNullOrWhiteSpace(value)
            ? throw new ArgumentException("Out is empty; give the folder to write the samples to.", nameof(Out))
            : value;
    }

    /// <summary>Pictures drawn at once; 0, the default, means one for each processor.</summary>
    public int Parallelism
    {
        get => _parallelism;
        init => _parallelism = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Parallelism), value, $"Parallelism is {value}; choose 0 (automatic) or more.");
    }
}

/// <summary>A finished sample set.</summary>
/// <param name="Folder">Absolute path of the set.</param>
/// <param name="PicturesFolder">Absolute path of its pictures, which is what to index.</param>
/// <param name="Count">Number of pictures.</param>
/// <param name="Queries">Number of judged queries.</param>
/// <param name="Drawn">Pictures drawn in this run; the rest were there already.</param>
public sealed record SampleSet(string Folder, string PicturesFolder, int Count, int Queries, int Drawn)
{
    /// <summary>Number of videos asked for; they lie in <see cref="VideosFolder"/>.</summary>
    public int Videos { get; init; }

    /// <summary>Absolute path of the videos, which is what to index; the folder is there only if there are some.</summary>
    public string VideosFolder => Path.Combine(Folder, "videos");
}

/// <summary>How far a run is.</summary>
/// <param name="Done">Pictures (or videos) that are there now.</param>
/// <param name="Total">Pictures (or videos) wanted.</param>
public readonly record struct SampleProgress(int Done, int Total)
{
    /// <summary>Whether it counts videos, which are made after the pictures.</summary>
    public bool Videos { get; init; }
}
