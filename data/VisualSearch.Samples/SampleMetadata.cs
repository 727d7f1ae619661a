using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples;

/// <summary>
/// The line of <c>metadata.jsonl</c> for a picture: title, tags, text and year, and scalar fields for filters:
/// <c>style</c>, <c>background</c>, <c>thing</c>, <c>group</c>, <c>color</c>, <c>count</c>, <c>size</c>, <c>place</c>, <c>relation</c>,
/// <c>weather</c>, <c>falling</c>, <c>backgroundColor</c> (each only where it applies) and <c>objects</c>, the whole scene as
/// <c>kind:color:count:size</c> joined by semicolons, the subject first and the sky last, with <c>:sky</c> after what is in it.
/// </summary>
internal static class SampleMetadata
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string FileName(Scene scene) => $"{scene.Index:D6}.{scene.Extension}";

    /// <summary>The picture's path relative to the sample folder, which is also its document id in <c>qrels.txt</c>.</summary>
    internal static string RelativePath(Scene scene) => "pictures/" + FileName(scene);

    internal static string Line(Scene scene)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            ThingGroup first = scene.Groups[0];
            json.WriteStartObject();
            json.WriteString("file", FileName(scene));
            json.WriteString("title", Caption.Short(scene));
            json.WriteStartArray("tags");
            foreach (string tag in Tags(scene))
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
            json.WriteString("text", Caption.Full(scene));
            json.WriteNumber("year", scene.Year);
            json.WriteString("style", scene.Style.Name);
            json.WriteString("background", scene.Backdrop.Name);
            WriteOptional(json, "backgroundColor", scene.BackdropColor);
            json.WriteString("thing", first.Thing.Name);
            json.WriteString("group", first.Thing.Group);
            json.WriteString("color", first.Color);
            json.WriteNumber("count", first.Count);
            json.WriteString("size", Lower(first.Size));
            bool single = scene.Subjects.Count() == 1;
            WriteOptional(json, "place", single && first.Count <= 2 ? Lower(scene.Place) : null);
            WriteOptional(json, "relation", scene.Relation == Relation.None ? null : Caption.Words(scene.Relation));
            WriteOptional(json, "weather", scene.Weather);
            WriteOptional(json, "falling", scene.Falling);
            json.WriteString("objects", Objects(scene));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    internal static string Objects(Scene scene) => string.Join(
        ';',
        scene.Groups.Select(group => $"{group.Thing.Name}:{group.Color}:{group.Count}:{Lower(group.Size)}{(group.InSky ? ":sky" : "")}"));

    internal static IReadOnlyList<string> Tags(Scene scene)
    {
        var tags = new List<string>(12);
        foreach (ThingGroup group in scene.Groups)
        {
            tags.Add(group.Thing.Name);
            tags.Add(group.Thing.Group);
            if (scene.HasColors)
            {
                tags.Add(group.Color);
            }
        }

        tags.Add(scene.Backdrop.Name);
        tags.Add(scene.Style.Name);
        if (scene.Falling is { } falling)
        {
            tags.Add(falling);
        }

        return [.. tags.Distinct()];
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLower(CultureInfo.InvariantCulture);
}
