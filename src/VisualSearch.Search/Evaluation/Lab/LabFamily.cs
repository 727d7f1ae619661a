using VisualSearch.Ann;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>A whole number that an experiment can set.</summary>
/// <param name="Name">As the literature writes it, in camelCase: <c>efSearch</c>.</param>
/// <param name="Label">For people.</param>
/// <param name="About">What more of it does, in one sentence for newcomers.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
/// <param name="Preset">Where it starts.</param>
/// <param name="Rebuilds">Whether another value needs another index.</param>
public sealed record LabControl(string Name, string Label, string About, int Least, int Most, int Preset, bool Rebuilds);

/// <summary>A kind of index that experiments can be made with: one entry of <see cref="All"/>, which is all that a new one needs.</summary>
public sealed class LabFamily
{
    private const string BuildHint = "The index is built again.";

    private static readonly LabControl NProbe = new("nProbe", "NProbe", "Lists that a search reads. More finds more and takes longer.", 1, 128, 8, false);

    private static readonly LabControl NList = new("nList", "NList", $"Lists that the pictures are divided into. {BuildHint}", 1, 512, 32, true);

    /// <summary>Every family, the most used one first.</summary>
    public static IReadOnlyList<LabFamily> All { get; } =
    [
        new(
            create: static shape => new HnswIndex(shape.Dimension, shape.Metric, new HnswOptions
            {
                M = shape.Settings["m"],
                EfConstruction = shape.Settings["efConstruction"],
                Codes = shape.Codes,
            }),
            parameters: static settings => new SearchParameters { EfSearch = settings["efSearch"] },
            work: static (index, query, results, parameters) => LabWork.Of(((HnswIndex)index).Trace(query, results, parameters)),
            memoryBytes: static index => ((HnswIndex)index).GetStatistics().MemoryBytes)
        {
            Name = "hnsw",
            Label = "HNSW",
            About = "A graph in layers: the search hops from neighbour to neighbour, from a coarse layer down to the one with every picture.",
            HasCodes = true,
            Rescores = true,
            Controls =
            [
                new("efSearch", "EfSearch", "How many of the best pictures the walk keeps while it looks on. More finds more and takes longer.", 1, 400, 64, false),
                new("m", "M", $"Links of each picture. More links find more and take memory. {BuildHint}", 2, 64, 16, true),
                new("efConstruction", "EfConstruction", $"How carefully links are chosen. {BuildHint}", 1, 500, 200, true),
            ],
        },
        new(
            create: static shape => new IvfFlatIndex(shape.Dimension, shape.Metric, new IvfOptions { NList = shape.Settings["nList"], TrainAt = int.MaxValue }),
            parameters: static settings => new SearchParameters { NProbe = settings["nProbe"] },
            work: static (index, query, results, parameters) => LabWork.Of(((IvfFlatIndex)index).Trace(query, results, parameters)),
            memoryBytes: static index => ((IvfFlatIndex)index).GetMemoryBytes(),
            finish: static index => ((IvfFlatIndex)index).Train())
        {
            Name = "ivf-flat",
            Label = "IVF-Flat",
            About = "Lists of alike pictures: the search reads only the lists whose centres are nearest to the query.",
            Controls = [NProbe, NList],
        },
        new(
            create: static shape => new IvfPqIndex(shape.Dimension, shape.Metric, new IvfPqOptions
            {
                NList = shape.Settings["nList"],
                Parts = Math.Min(shape.Settings["parts"], shape.Dimension),
                TrainAt = int.MaxValue,
            }),
            parameters: static settings => new SearchParameters { NProbe = settings["nProbe"] },
            work: static (index, query, results, parameters) => LabWork.Of(((IvfPqIndex)index).Trace(query, results, parameters)),
            memoryBytes: static index => ((IvfPqIndex)index).GetMemoryBytes(),
            finish: static index => ((IvfPqIndex)index).Train())
        {
            Name = "ivf-pq",
            Label = "IVF-PQ",
            About = "Lists of alike pictures, each written as a few bytes: a byte names the most alike of 256 patterns for its part of the vector.",
            Rescores = true,
            Controls =
            [
                NProbe,
                NList,
                new("parts", "Parts", $"Bytes that stand for a picture. More follow it more closely. {BuildHint}", 4, 128, 64, true),
            ],
        },
        new(
            create: static shape => new LshIndex(shape.Dimension, shape.Metric, new LshOptions
            {
                Tables = shape.Settings["tables"],
                Bits = shape.Settings["bits"],
                TrainAt = int.MaxValue,
            }),
            parameters: static settings => new SearchParameters { NProbe = settings["nProbe"] },
            work: static (index, query, results, parameters) => LabWork.Of(((LshIndex)index).Trace(query, results, parameters)),
            memoryBytes: static index => ((LshIndex)index).GetMemoryBytes(),
            finish: static index => ((LshIndex)index).Train())
        {
            Name = "lsh",
            Label = "LSH",
            About = "Random planes cut the space into buckets: alike pictures mostly fall into the same one, and the search looks into a few.",
            Controls =
            [
                new("nProbe", "Probes", "Buckets of each table that are looked into. More finds more and takes longer.", 1, 128, 16, false),
                new("tables", "Tables", $"How often the space is cut anew. More gives each picture another chance. {BuildHint}", 1, 64, 16, true),
                new("bits", "Bits", $"Planes of each table. More make smaller buckets. {BuildHint}", 1, 16, 8, true),
            ],
        },
        new(
            create: static shape => new FlatIndex(shape.Dimension, shape.Metric),
            parameters: static _ => default,
            work: static (index, _, _, parameters) => new LabWork(parameters.Filter?.Count ?? index.Count, 0),
            memoryBytes: static index => ((FlatIndex)index).GetMemoryBytes())
        {
            Name = "flat",
            Label = "Flat (exact)",
            About = "No shortcut: the query is compared with every picture. Always right, and slower the more there are.",
            Controls = [],
        },
    ];

    private LabFamily(
        Func<LabShape, IVectorIndex> create, Func<IReadOnlyDictionary<string, int>, SearchParameters> parameters,
        LabWork.Counter work, Func<IVectorIndex, long> memoryBytes, Action<IVectorIndex>? finish = null) =>
        (Create, Parameters, Work, MemoryBytes, Finish) = (create, parameters, work, memoryBytes, finish);

    /// <summary>A short lower-case word.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Label { get; init; }

    /// <summary>How it finds things, for newcomers.</summary>
    public required string About { get; init; }

    /// <summary>Its numbers, the most telling first.</summary>
    public required IReadOnlyList<LabControl> Controls { get; init; }

    /// <summary>Whether it compares codes of a chosen kind (<see cref="CodeKind"/>).</summary>
    public bool HasCodes { get; init; }

    /// <summary>Whether it ranks what it found by exact distances, which can be left out.</summary>
    public bool Rescores { get; init; }

    /// <summary>Makes an empty index.</summary>
    internal Func<LabShape, IVectorIndex> Create { get; }

    /// <summary>A search's own parameters.</summary>
    internal Func<IReadOnlyDictionary<string, int>, SearchParameters> Parameters { get; }

    /// <summary>What is left to do once an index holds all its vectors; null for nothing.</summary>
    internal Action<IVectorIndex>? Finish { get; }

    /// <summary>Searches once more and says what that took.</summary>
    internal LabWork.Counter Work { get; }

    /// <summary>Memory that a filled index holds.</summary>
    internal Func<IVectorIndex, long> MemoryBytes { get; }

    /// <summary>The settings with the presets where none is given.</summary>
    /// <exception cref="QueryException">A name that the family does not have, or a value out of range.</exception>
    internal SortedDictionary<string, int> Complete(IReadOnlyDictionary<string, int> given)
    {
        foreach (string name in given.Keys)
        {
            if (Controls.All(control => control.Name != name))
                throw new QueryException("settings", $"{Label} has no setting '{name}'; it has {string.Join(", ", Controls.Select(control => control.Name))}");
        }

        var complete = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (LabControl control in Controls)
        {
            int value = given.GetValueOrDefault(control.Name, control.Preset);
            if (value < control.Least || value > control.Most)
                throw new QueryException($"settings.{control.Name}", $"is {value}; give {control.Least} to {control.Most}");
            complete[control.Name] = value;
        }

        return complete;
    }
}

/// <summary>What an index is made from.</summary>
internal sealed record LabShape(int Dimension, Metric Metric, CodeKind Codes, IReadOnlyDictionary<string, int> Settings);
