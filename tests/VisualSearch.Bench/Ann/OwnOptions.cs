using System.Globalization;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>The words that <see cref="EngineProcess"/> calls our own engine with, the same as the peers'; what a verb needs is read when asked for.</summary>
internal sealed class OwnOptions(IReadOnlyDictionary<string, string> words)
{
    private float[]? _queries;
    private int[]? _truth;

    public string Engine => words["engine"];

    public Metric Metric => words["metric"] == "l2" ? Metric.L2 : Metric.Cosine;

    /// <summary>Path of the vectors.</summary>
    public string Base => words["base"];

    /// <summary>Path of the index.</summary>
    public string Index => words["index"];

    public float[] Queries => _queries ??= VectorFile.Read<float>(words["queries"]);

    public int[] Truth => _truth ??= VectorFile.Read<int>(words["truth"]);

    public string[] Settings => words["efs"].Split(',');

    public int M => Number("m");

    public int EfConstruction => Number("efc");

    public int Threads => Number("threads");

    /// <summary>0 when the study is to choose.</summary>
    public int Ef => Number("ef");

    /// <summary>See <see cref="SearchParameters.Patience"/>.</summary>
    public int Patience => Number("patience");

    public int Passes => Number("passes");

    private int Number(string name) => int.Parse(words[name], CultureInfo.InvariantCulture);
}
