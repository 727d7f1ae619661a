using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VisualSearch.Samples.Videos;

/// <summary>
/// The lines of the files that describe a set's videos: <c>metadata.jsonl</c> (a sidecar of the indexer's), <c>shots.jsonl</c>,
/// <c>moments.jsonl</c> and <c>questions.jsonl</c>. Times are seconds with at most three decimals.
/// </summary>
internal static class VideoLines
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"file", "title", "tags", "text", "year", "place", "host", "style"}</c>.</summary>
    internal static string Metadata(VideoPlan plan) => Line(json =>
    {
        json.WriteString("file", plan.FileName);
        json.WriteString("title", plan.Title);
        json.WriteStartArray("tags");
        foreach (string tag in plan.Tags) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteString("text", plan.Description);
        json.WriteNumber("year", plan.Year);
        json.WriteString("place", plan.Place);
        json.WriteString("host", plan.Host);
        json.WriteString("style", plan.Style.Name);
    });

    /// <summary>
    /// <c>{"video", "fps", "frames", "duration", "hard", "shots": [{"start", "end", "thing", "color", "background", "movers"}],
    /// "boundaries": [{"time", "kind": "cut|fade|dissolve", "start", "end"}], "flashes": [times]}</c>.
    /// </summary>
    internal static string Shots(VideoPlan plan) => Line(json =>
    {
        json.WriteString("video", plan.RelativePath);
        json.WriteNumber("fps", plan.FramesPerSecond);
        json.WriteNumber("frames", plan.Frames);
        Seconds(json, "duration", plan.Seconds);
        json.WriteBoolean("hard", plan.IsHard);
        json.WriteStartArray("shots");
        foreach (Shot shot in plan.Shots)
        {
            json.WriteStartObject();
            Seconds(json, "start", plan.Time(shot.FirstFrame));
            Seconds(json, "end", plan.Time(shot.EndFrame));
            json.WriteString("thing", shot.Subject.Thing.Name);
            json.WriteString("color", shot.Subject.Color);
            json.WriteString("background", shot.Scene.Backdrop.Name);
            json.WriteStartArray("movers");
            foreach (Mover mover in shot.Movers) json.WriteStringValue($"{mover.Group.Thing.Name}:{mover.Group.Color}");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("boundaries");
        foreach (Shot shot in plan.Shots.Skip(1))
        {
            json.WriteStartObject();
            Seconds(json, "time", plan.Time(shot.FirstFrame));
            json.WriteString("kind", shot.Into.ToString().ToLower(CultureInfo.InvariantCulture));
            Seconds(json, "start", plan.Time(shot.FirstFrame - (shot.TransitionFrames / 2)));
            Seconds(json, "end", plan.Time(shot.FirstFrame + (shot.TransitionFrames / 2)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("flashes");
        foreach (int frame in plan.Shots.SelectMany(shot => shot.Flashes)) json.WriteRawValue(Number(plan.Time(frame)));
        json.WriteEndArray();
    });

    /// <summary><c>{"id", "text", "kind", "video", "start", "end"}</c>, and <c>"moments"</c> with the others where several fit.</summary>
    internal static string Query(MomentQuery query) => Line(json =>
    {
        json.WriteString("id", query.Id);
        json.WriteString("text", query.Text);
        json.WriteString("kind", query.Kind);
        Write(json, query.Moments[0]);
        if (query.Moments.Count > 1) Write(json, query.Moments.Skip(1));
    });

    /// <summary><c>{"id", "question", "answer", "answers", "moments"}</c>; without an answer it is null and both lists are empty.</summary>
    internal static string Question(JudgedQuestion question) => Line(json =>
    {
        json.WriteString("id", question.Id);
        json.WriteString("question", question.Question);
        json.WriteString("answer", question.Answers.Count == 0 ? null : question.Answers[0]);
        json.WriteStartArray("answers");
        foreach (string answer in question.Answers) json.WriteStringValue(answer);
        json.WriteEndArray();
        Write(json, question.Moments);
    });

    private static void Write(Utf8JsonWriter json, IEnumerable<Moment> moments)
    {
        json.WriteStartArray("moments");
        foreach (Moment moment in moments)
        {
            json.WriteStartObject();
            Write(json, moment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Moment moment)
    {
        json.WriteString("video", moment.Video);
        Seconds(json, "start", moment.Start);
        Seconds(json, "end", moment.End);
    }

    private static void Seconds(Utf8JsonWriter json, string name, double seconds)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Number(seconds));
    }

    private static string Number(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Line(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
