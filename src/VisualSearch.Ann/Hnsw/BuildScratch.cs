namespace VisualSearch.Ann.Hnsw;

/// <summary>One building worker's memory: a walk's scratch, candidates, and the links chosen for each level.</summary>
internal sealed class BuildScratch
{
    private readonly int[][] _chosen = new int[HnswGraph.MaxLevel + 1][];
    private readonly int[] _chosenCount = new int[HnswGraph.MaxLevel + 1];
    private float[] _occlusion = [];

    public BuildScratch(int dimension, int m)
    {
        Walk = new SearchContext(dimension, 2 * m);
        List = new Candidate[(2 * m) + 1];
        Kept = new int[2 * m];
    }

    public SearchContext Walk { get; }

    /// <summary>The candidates of one level; grows to the beam width.</summary>
    public List<Candidate> Candidates { get; } = [];

    /// <summary>A full list and its newcomer.</summary>
    public Candidate[] List { get; }

    /// <summary>What is left of <see cref="List"/>.</summary>
    public int[] Kept { get; }

    /// <summary>Room for the heuristic's notes on as many candidates.</summary>
    public Span<float> Occlusion(int candidates)
    {
        if (_occlusion.Length < candidates)
            _occlusion = new float[Math.Max(candidates, 2 * _occlusion.Length)];
        return _occlusion.AsSpan(0, candidates);
    }

    /// <summary>Room for the links that a new node makes on a level.</summary>
    public Span<int> ChosenRoom(int level, int capacity) => _chosen[level] ??= new int[capacity];

    public void SetChosenCount(int level, int count) => _chosenCount[level] = count;

    public ReadOnlySpan<int> Chosen(int level) => _chosen[level].AsSpan(0, _chosenCount[level]);
}
