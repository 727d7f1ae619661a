using VisualSearch.Ann;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>One question to the Lab: an index, how it is searched, and for how much.</summary>
public sealed record LabExperiment
{
    /// <summary>Most results of an experiment: more pictures than anybody compares side by side.</summary>
    public const int MostResults = 100;

    /// <summary>The unit vector searched for.</summary>
    public required float[] Query { get; init; }

    /// <summary>The kind of index, by <see cref="LabFamily.Name"/>.</summary>
    public string Family { get; init; } = LabFamily.All[0].Name;

    /// <summary>The family's numbers, by <see cref="LabControl.Name"/>; presets stand in for those not given.</summary>
    public IReadOnlyDictionary<string, int> Settings { get; init; } = new Dictionary<string, int>();

    /// <summary>What the search compares, where the family has codes.</summary>
    public CodeKind Codes { get; init; } = CodeKind.Int8;

    /// <summary>Whether what codes found is ranked again by exact distances.</summary>
    public bool Rescore { get; init; } = true;

    /// <summary>How many results, 1 to <see cref="MostResults"/>.</summary>
    public int K { get; init; } = 10;

    /// <summary>The share of the items that a filter lets through, above 0 to 1: which ones is drawn from their ids.</summary>
    public double FilterShare { get; init; } = 1;

    /// <summary>Checks everything that needs no index.</summary>
    /// <exception cref="QueryException">A value can't be used.</exception>
    internal LabFamily Check()
    {
        if (K is < 1 or > MostResults)
            throw new QueryException("k", $"is {K}; give 1 to {MostResults}");
        if (!(FilterShare > 0 && FilterShare <= 1))
            throw new QueryException("filterShare", $"is {FilterShare}; give a share above 0 and up to 1");
        return LabFamily.All.FirstOrDefault(family => family.Name == Family)
            ?? throw new QueryException("family", $"is '{Family}'; give one of {string.Join(", ", LabFamily.All.Select(family => family.Name))}");
    }
}

/// <summary>What came of an experiment.</summary>
public sealed record LabReport
{
    /// <summary>Vectors that were searched.</summary>
    public required int Vectors { get; init; }

    /// <summary>The truly nearest, nearest first, from comparing with every vector.</summary>
    public required IReadOnlyList<Neighbor> Exact { get; init; }

    /// <summary>What the index found, in its order.</summary>
    public required IReadOnlyList<Neighbor> Approximate { get; init; }

    /// <summary>The share of the truly nearest that the index found, 0 to 1; results as near as the farthest of them count.</summary>
    public required double Recall { get; init; }

    /// <summary>The mean recall of <see cref="MeanQueries"/> vectors of the collection as queries.</summary>
    public required double MeanRecall { get; init; }

    /// <summary>Queries behind <see cref="MeanRecall"/>.</summary>
    public required int MeanQueries { get; init; }

    /// <summary>Time of the exact search, the median of several runs. Microseconds.</summary>
    public required double ExactMicros { get; init; }

    /// <summary>Time of the index's search, the median of several runs. Microseconds.</summary>
    public required double ApproximateMicros { get; init; }

    /// <summary>Vectors that the index compared with the query before rescoring; a graph's upper layers count one that is met again once more.</summary>
    public required long Visited { get; init; }

    /// <summary>Exact distances computed to rank what codes had found.</summary>
    public required int Rescored { get; init; }

    /// <summary>Lists or buckets that were read; null for a family that has none.</summary>
    public int? Probed { get; init; }

    /// <summary>Time that building the index took. Seconds.</summary>
    public required double BuildSeconds { get; init; }

    /// <summary>Memory of the index, vectors included.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The way of the search, where the family walks.</summary>
    public LabWalk? Walk { get; init; }
}

/// <summary>How far the index of an experiment is built.</summary>
/// <param name="Done">Vectors in it.</param>
/// <param name="Total">Vectors it will hold.</param>
public sealed record LabProgress(int Done, int Total);
