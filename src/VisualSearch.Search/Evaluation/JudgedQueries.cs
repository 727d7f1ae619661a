using System.Text.Json;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Evaluation;

/// <summary>What a judged query asks with.</summary>
public enum JudgedQueryKind
{
    /// <summary>Words.</summary>
    Text,

    /// <summary>A whole picture.</summary>
    Picture,

    /// <summary>A part of a picture.</summary>
    Crop,
}

/// <summary>One query whose right answers are known.</summary>
/// <param name="Id">Its name in the judgements.</param>
/// <param name="Kind">What it asks with.</param>
/// <param name="Text">The words, for <see cref="JudgedQueryKind.Text"/>.</param>
/// <param name="Picture">The picture's path below the folder, with '/', for the other kinds.</param>
/// <param name="Crop">The part of the picture, for <see cref="JudgedQueryKind.Crop"/>.</param>
public sealed record JudgedQuery(string Id, JudgedQueryKind Kind, string? Text, string? Picture, CropBox? Crop);

/// <summary>
/// A folder's judged queries: <c>queries.jsonl</c> with one object a line,
/// <c>{"id":"t1","kind":"text","text":"two red boats"}</c>, <c>{"id":"p1","kind":"picture","picture":"queries/p1.jpg"}</c> or
/// <c>{"id":"c1","kind":"crop","picture":"pictures/000007.jpg","crop":[x,y,width,height]}</c>, and <c>qrels.txt</c>.
/// </summary>
/// <param name="Queries">The queries, in the order of the file; each has at least one relevant document.</param>
/// <param name="Judgements">The right answers.</param>
public sealed record JudgedQueries(IReadOnlyList<JudgedQuery> Queries, Qrels Judgements)
{
    /// <summary>Reads both files.</summary>
    /// <param name="folder">Where <c>queries.jsonl</c> and <c>qrels.txt</c> are.</param>
    /// <exception cref="EvaluationException">A file is missing or a line is wrong.</exception>
    public static JudgedQueries Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Qrels judgements = Qrels.Load(Path.Combine(folder, "qrels.txt"));
        string path = Path.Combine(folder, "queries.jsonl");
        return new JudgedQueries(Read(EvaluationFile.Lines(path), path, judgements), judgements);
    }

    /// <summary>Reads the lines of <c>queries.jsonl</c>.</summary>
    /// <param name="lines">The lines; empty ones are passed over.</param>
    /// <param name="name">What errors call them.</param>
    /// <param name="judgements">The right answers.</param>
    /// <exception cref="EvaluationException">A line is wrong.</exception>
    public static IReadOnlyList<JudgedQuery> Read(IEnumerable<string> lines, string name, Qrels judgements)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(judgements);
        List<JudgedQuery> queries = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            JudgedQuery query = new LineReader(name, number).Read(line);
            if (!ids.Add(query.Id))
                throw new EvaluationException(name, number, $"query '{query.Id}' comes twice; give each its own id");
            if (!judgements.Of(query.Id).Values.Any(grade => grade > 0))
                throw new EvaluationException(name, number, $"query '{query.Id}' has no document with a grade above 0 in qrels.txt; judge it or leave it out");
            queries.Add(query);
        }

        return queries.Count > 0 ? queries : throw new EvaluationException(name, 0, "has no queries");
    }

    private sealed class LineReader(string file, int line)
    {
        internal JudgedQuery Read(string json)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(json);
                return Read(document.RootElement);
            }
            catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
            {
                throw new EvaluationException(file, line, $"not valid JSON: {invalid.Message}", invalid);
            }
        }

        private JudgedQuery Read(JsonElement json)
        {
            if (json.ValueKind != JsonValueKind.Object)
                throw Wrong("""expected an object such as {"id":"t1","kind":"text","text":"two red boats"}""");
            string id = Text(json, "id"), kind = Text(json, "kind");
            return kind switch
            {
                "text" => new JudgedQuery(id, JudgedQueryKind.Text, Text(json, "text"), null, null),
                "picture" => new JudgedQuery(id, JudgedQueryKind.Picture, null, Picture(json), null),
                "crop" => new JudgedQuery(id, JudgedQueryKind.Crop, null, Picture(json), Crop(json)),
                _ => throw Wrong($"kind is '{kind}'; expected text, picture or crop"),
            };
        }

        private string Picture(JsonElement json)
        {
            string path = Text(json, "picture");
            bool inside = !path.StartsWith('/') && !path.Contains('\\') && !path.Contains(':') && !path.Split('/').Contains("..");
            return inside ? path : throw Wrong($"picture is '{path}'; expected a path below this folder, with '/' between its parts");
        }

        private CropBox Crop(JsonElement json)
        {
            if (!json.TryGetProperty("crop", out JsonElement crop) || crop.ValueKind != JsonValueKind.Array || crop.GetArrayLength() != 4 ||
                !crop.EnumerateArray().All(number => number.ValueKind == JsonValueKind.Number))
            {
                throw Wrong("crop must be four numbers: [x, y, width, height], as fractions of the picture");
            }

            try
            {
                return CropBox.Create(crop[0].GetDouble(), crop[1].GetDouble(), crop[2].GetDouble(), crop[3].GetDouble());
            }
            catch (Exception outside) when (outside is ArgumentException or FormatException)
            {
                throw new EvaluationException(file, line, $"crop: {outside.Message}", outside);
            }
        }

        private string Text(JsonElement json, string name) =>
            json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
                ? text
                : throw Wrong($"'{name}' is missing or no text");

        private EvaluationException Wrong(string reason) => new(file, line, reason);
    }
}
