using System.Text.Json;
using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Things;

namespace VisualSearch.Tests.Samples;

/// <summary>
/// Judges the queries of a set again, from the words of the query and the metadata of the pictures alone, and compares.
/// </summary>
public sealed class QueryTests(SampleFolderFixture samples) : IClassFixture<SampleFolderFixture>
{
    private sealed record Group(string Kind, string Color, int Count);

    private sealed record Picture(
        string Document, Group[] Groups, int Subjects, string Background, string Style, string? Falling, string? Relation);

    private static readonly Dictionary<string, string> Backgrounds =
        Backdrop.All.ToDictionary(backdrop => backdrop.Phrase, backdrop => backdrop.Name);

    private static readonly string[] Numbers = ["", "", "two", "three", "four", "five"];

    [Fact]
    public void TextQueriesAreJudgedByTheirWords()
    {
        Picture[] pictures = [.. samples.Metadata.Select(Read)];
        JsonElement[] queries = [.. samples.Queries.Where(query => query.GetProperty("kind").GetString() == "text")];
        Assert.True(queries.Length >= 40, $"{queries.Length} text queries");
        foreach (JsonElement query in queries)
        {
            string id = query.GetProperty("id").GetString()!, text = query.GetProperty("text").GetString()!;
            foreach (Picture picture in pictures)
            {
                int expected = Grade(text, picture);
                int actual = samples.Qrels.GetValueOrDefault((id, picture.Document));
                Assert.True(expected == actual, $"\"{text}\" and {picture}: {actual}, the words say {expected}");
            }
        }
    }

    [Fact]
    public void PictureAndCropQueriesAreJudgedByTheirSource()
    {
        Picture[] pictures = [.. samples.Metadata.Select(Read)];
        JsonElement[] crops = [.. samples.Queries.Where(query => query.GetProperty("kind").GetString() == "crop")];
        JsonElement[] whole = [.. samples.Queries.Where(query => query.GetProperty("kind").GetString() == "picture")];
        Assert.True(crops.Length >= 15 && whole.Length >= 15, $"{crops.Length} crops, {whole.Length} pictures");
        foreach (JsonElement query in crops)
        {
            string id = query.GetProperty("id").GetString()!, source = query.GetProperty("picture").GetString()!;
            double[] box = [.. query.GetProperty("crop").EnumerateArray().Select(number => number.GetDouble())];
            Assert.True(box.All(number => number is >= 0 and <= 1) && box[0] + box[2] <= 1.00001 && box[1] + box[3] <= 1.00001, id);
            Assert.True(box[2] * box[3] is > 0.01 and < 0.5, id);
            Picture picture = pictures.Single(picture => picture.Document == source);
            Assert.Contains(picture.Groups, group => pictures.All(other => samples.Qrels.GetValueOrDefault((id, other.Document))
                == (Find(other, group.Kind) is not { } found ? 0 : found.Color == group.Color ? 3 : 2)));
        }

        foreach (JsonElement query in whole)
        {
            string id = query.GetProperty("id").GetString()!, file = query.GetProperty("picture").GetString()!;
            Assert.True(File.Exists(Path.Combine(samples.Folder, file)), file);
            Assert.Contains(pictures, source => source.Subjects == 1
                && pictures.All(other => samples.Qrels.GetValueOrDefault((id, other.Document)) == Like(source, other)));
        }
    }

    [Fact]
    public void QueriesHaveSomeAnswersButNotTooMany()
    {
        Assert.Equal(samples.Set.Queries, samples.Queries.Count);
        Assert.Equal(samples.Queries.Count, samples.Queries.Select(query => query.GetProperty("id").GetString()).Distinct().Count());
        HashSet<string> documents = [.. samples.Metadata.Select(line => "pictures/" + line.GetProperty("file").GetString())];
        Assert.All(samples.Qrels, judged =>
        {
            Assert.Contains(judged.Key.Document, documents);
            Assert.InRange(judged.Value, 1, 3);
        });
        Assert.All(samples.Queries, query =>
        {
            string id = query.GetProperty("id").GetString()!;
            int[] grades = [.. samples.Qrels.Where(judged => judged.Key.Query == id).Select(judged => judged.Value)];
            Assert.Contains(3, grades);
            Assert.InRange(grades.Length, 5, SampleFolderFixture.Count / 4);
            Assert.InRange(grades.Count(grade => grade >= 2), 1, SampleFolderFixture.Count * 6 / 100);
        });
    }

    private static int Like(Picture source, Picture other)
    {
        if (Find(other, source.Groups[0].Kind) is not { } found)
        {
            return 0;
        }

        int off = (found.Color == source.Groups[0].Color ? 0 : 1) + (other.Background == source.Background ? 0 : 1)
            + (source.Groups[0].Count > 1 && source.Groups[0].Count != found.Count ? 1 : 0);
        return off switch { 0 => 3, 1 => 2, _ => 1 };
    }

    /// <summary>The stated rule, on what can be read from the text.</summary>
    private static int Grade(string text, Picture picture)
    {
        string rest = text;
        string? style = Style(ref rest), background = null, relation = null;
        int off = style is null || style == picture.Style ? 0 : 1;
        foreach ((string phrase, string name) in Backgrounds)
        {
            if (rest.EndsWith(phrase, StringComparison.Ordinal))
            {
                (rest, background) = (rest[..^phrase.Length].TrimEnd(), name);
                break;
            }
        }

        off += background is null || background == picture.Background ? 0 : 1;
        if (rest is "rain" or "falling snow")
        {
            off += picture.Falling == (rest == "rain" ? "rain" : "snow") ? 0 : 1;
            return off switch { 0 => 3, 1 => 1, _ => 0 };
        }

        string[] parts = [rest];
        foreach (string words in (string[])[" to the left of ", " to the right of ", " above ", " below ", " under "])
        {
            if (rest.Contains(words, StringComparison.Ordinal))
            {
                (parts, relation) = (rest.Split(words), words.Trim());
            }
        }

        var found = new List<Group>();
        foreach (string part in parts)
        {
            (string kind, string? color, int? count) = Phrase(part);
            if (Find(picture, kind) is not { } group)
            {
                return found.Count == 0 ? 0 : 1;
            }

            found.Add(group);
            off += (color is null || color == group.Color ? 0 : 1) + (count is null || count == group.Count ? 0 : 1);
        }

        off += relation is null or "under" || Stands(picture, found[0], found[1], relation) ? 0 : 1;
        return off switch { 0 => 3, 1 => 2, _ => 1 };
    }

    private static bool Stands(Picture picture, Group first, Group second, string relation)
    {
        Dictionary<string, string> opposite = new()
        {
            ["to the left of"] = "to the right of",
            ["to the right of"] = "to the left of",
            ["above"] = "below",
            ["below"] = "above",
        };
        return picture.Relation is { } told
            && ((picture.Groups[0] == first && picture.Groups[1] == second && told == relation)
                || (picture.Groups[1] == first && picture.Groups[0] == second && told == opposite[relation]));
    }

    private static string? Style(ref string text)
    {
        foreach (DrawingStyle style in DrawingStyle.All)
        {
            string[] sides = style.Request.Split("{0}");
            if (text.StartsWith(sides[0], StringComparison.Ordinal) && text.EndsWith(sides[1], StringComparison.Ordinal))
            {
                text = text[sides[0].Length..^sides[1].Length];
                return style.Name;
            }
        }

        return null;
    }

    private static (string Kind, string? Color, int? Count) Phrase(string phrase)
    {
        string[] words = phrase.Split(' ');
        int number = Array.IndexOf(Numbers, words[0]);
        string? color = Palette.Names.Contains(words[1]) ? words[1] : null;
        string noun = string.Join(' ', words.Skip(color is null ? 1 : 2));
        return (ThingCatalog.All.Single(thing => thing.Noun(1) == noun || thing.Plural == noun).Name, color, number > 0 ? number : null);
    }

    private static Group? Find(Picture picture, string kind)
    {
        string[] also = kind switch { "tree" => ["pine", "palm"], "cloud" => ["rain cloud"], _ => [] };
        return picture.Groups.FirstOrDefault(group => group.Kind == kind)
            ?? picture.Groups.FirstOrDefault(group => also.Contains(group.Kind));
    }

    private static Picture Read(JsonElement line)
    {
        string[][] groups = [.. line.GetProperty("objects").GetString()!.Split(';').Select(text => text.Split(':'))];
        return new Picture(
            "pictures/" + line.GetProperty("file").GetString(),
            [.. groups.Select(parts => new Group(parts[0], parts[1], int.Parse(parts[2])))],
            groups.Count(parts => parts.Length == 4),
            line.GetProperty("background").GetString()!,
            line.GetProperty("style").GetString()!,
            Optional(line, "falling"),
            Optional(line, "relation"));
    }

    private static string? Optional(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
