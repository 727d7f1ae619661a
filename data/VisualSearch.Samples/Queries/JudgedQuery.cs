using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Queries;

/// <summary>A query with its judgements.</summary>
/// <param name="Id">t, p or c and a number.</param>
/// <param name="Kind">"text", "picture" or "crop".</param>
/// <param name="Text">The words, of a text query.</param>
/// <param name="Picture">Path relative to the sample folder, of the other two.</param>
/// <param name="Crop">x, y, width and height as fractions of the picture, of a crop query.</param>
/// <param name="Grades">Grade 1 to 3 by document id, in the order of the set; what is not listed is not relevant.</param>
internal sealed record JudgedQuery(
    string Id, string Kind, string? Text, string? Picture, double[]? Crop, IReadOnlyList<(string Document, int Grade)> Grades)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("kind", Kind);
            if (Text is not null)
            {
                json.WriteString("text", Text);
            }

            if (Picture is not null)
            {
                json.WriteString("picture", Picture);
            }

            if (Crop is { } crop)
            {
                json.WriteStartArray("crop");
                foreach (double number in crop)
                {
                    json.WriteRawValue(number.ToString("0.####", CultureInfo.InvariantCulture));
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>TREC lines: query, 0, document, grade.</summary>
    internal IEnumerable<string> ToQrels() => Grades.Select(judged => $"{Id} 0 {judged.Document} {judged.Grade}");
}

/// <summary>All judged queries of a set, and the pictures to draw for the picture queries.</summary>
internal sealed record QuerySet(IReadOnlyList<JudgedQuery> Queries, IReadOnlyList<(string File, Scene Scene)> Pictures);
