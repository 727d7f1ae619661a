using System.Text.Json;

namespace VisualSearch.Search.Evaluation;

/// <summary>A class of labelled pictures.</summary>
/// <param name="Id">Its id, such as a WordNet id; archives have a folder of this name.</param>
/// <param name="Source">The data set it belongs to, such as <c>tiny-imagenet</c>.</param>
/// <param name="Names">What it is called; the first is the one that queries use.</param>
/// <param name="Hypernyms">What it is a kind of, nearest first; each with its synonyms.</param>
public sealed record LabelledClass(string Id, string Source, IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<string>> Hypernyms);

/// <summary>
/// The classes of <c>classes.json</c>: a list of
/// <c>{"id":"n02124075","source":"tiny-imagenet","names":["Egyptian cat"],"hypernyms":[["domestic cat","house cat"],["cat"]]}</c>.
/// </summary>
public sealed class LabelledClasses
{
    private readonly Dictionary<string, LabelledClass> byId;

    private LabelledClasses(IReadOnlyList<LabelledClass> all)
    {
        All = all;
        byId = all.ToDictionary(c => c.Id, StringComparer.Ordinal);
    }

    /// <summary>All classes, in the order of the file.</summary>
    public IReadOnlyList<LabelledClass> All { get; }

    /// <summary>The class of a folder in an archive: the folder's name is the id, or <c>caltech/</c> and the name.</summary>
    /// <param name="folder">The folder's name.</param>
    public LabelledClass? Find(string folder) =>
        byId.TryGetValue(folder, out LabelledClass? found) || byId.TryGetValue("caltech/" + folder, out found) ? found : null;

    /// <summary>
    /// Every concept above at least two classes: its first name, and the ids of the classes below it. "dog" has all dogs.
    /// </summary>
    public IReadOnlyList<(string Name, IReadOnlySet<string> Classes)> Concepts()
    {
        Dictionary<string, HashSet<string>> members = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (LabelledClass one in All)
        {
            foreach (IReadOnlyList<string> hypernym in one.Hypernyms)
            {
                if (!members.TryGetValue(hypernym[0], out HashSet<string>? below))
                {
                    members.Add(hypernym[0], below = []);
                    order.Add(hypernym[0]);
                }

                below.Add(one.Id);
            }
        }

        return [.. order.Where(name => members[name].Count >= 2).Select(name => (name, (IReadOnlySet<string>)members[name]))];
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It can't be read, or a class is wrong.</exception>
    public static LabelledClasses Load(string path)
    {
        string json = EvaluationFile.Read(path, File.ReadAllText);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0)
                throw new EvaluationException(path, 0, "expected a list of classes");
            LabelledClass[] all = [.. document.RootElement.EnumerateArray().Select((one, i) => ReadClass(one, path, i))];
            string? twice = all.GroupBy(c => c.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
            return twice is null ? new LabelledClasses(all) : throw new EvaluationException(path, 0, $"class '{twice}' comes twice; ids must differ");
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            throw new EvaluationException(path, 0, $"not valid: {invalid.Message}", invalid);
        }
    }

    private static LabelledClass ReadClass(JsonElement json, string path, int index)
    {
        try
        {
            LabelledClass one = new(
                json.GetProperty("id").GetString()!,
                json.GetProperty("source").GetString()!,
                Names(json.GetProperty("names")),
                json.TryGetProperty("hypernyms", out JsonElement hypernyms) ? [.. hypernyms.EnumerateArray().Select(Names)] : []);
            if (string.IsNullOrEmpty(one.Id) || one.Names.Count == 0 || one.Hypernyms.Any(hypernym => hypernym.Count == 0))
                throw new EvaluationException(path, 0, $"[{index}] lacks an id or a name");
            return one;
        }
        catch (KeyNotFoundException missing)
        {
            throw new EvaluationException(path, 0, $"[{index}] must have id, source and names", missing);
        }
    }

    private static string[] Names(JsonElement json) => [.. json.EnumerateArray().Select(name => name.GetString()!)];
}
