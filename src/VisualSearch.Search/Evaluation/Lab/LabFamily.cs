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
            memoryBytes: static index => ((HnswIndex)index).GetStatistics().MemoryBytes)
        {
            Name = "hnsw",
            Label = "HNSW",
            About = "A graph in layers: the search hops from neighbour to neighbour, from a coarse layer down to the one with every picture.",
            HasCodes = true,
            Controls =
            [
                new("efSearch", "EfSearch", "How many of the best pictures the walk keeps while it looks on. More finds more and takes longer.", 1, 400, 64, false),
                new("m", "M", $"Links of each picture. More links find more and take memory. {BuildHint}", 2, 64, 16, true),
                new("efConstruction", "EfConstruction", $"How carefully links are chosen. {BuildHint}", 1, 500, 200, true),
            ],
        },
        new(
            create: static shape => new FlatIndex(shape.Dimension, shape.Metric),
            parameters: static _ => default,
            memoryBytes: static index => (long)index.Count * ((index.Dimension * sizeof(float)) + sizeof(ulong)))
        {
            Name = "flat",
            Label = "Flat (exact)",
            About = "No shortcut: the query is compared with every picture. Always right, and slower the more there are.",
            Controls = [],
        },
    ];

    private LabFamily(
        Func<LabShape, IVectorIndex> create, Func<IReadOnlyDictionary<string, int>, SearchParameters> parameters, Func<IVectorIndex, long> memoryBytes) =>
        (Create, Parameters, MemoryBytes) = (create, parameters, memoryBytes);

    /// <summary>A short lower-case word.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Label { get; init; }

    /// <summary>How it finds things, for newcomers.</summary>
    public required string About { get; init; }

    /// <summary>Its numbers, the most telling first.</summary>
    public required IReadOnlyList<LabControl> Controls { get; init; }

    /// <summary>Whether it compares codes (<see cref="CodeKind"/>) and rescores.</summary>
    public bool HasCodes { get; init; }

    /// <summary>Makes an empty index.</summary>
    internal Func<LabShape, IVectorIndex> Create { get; }

    /// <summary>A search's own parameters.</summary>
    internal Func<IReadOnlyDictionary<string, int>, SearchParameters> Parameters { get; }

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
