using System.Text.Json;

namespace VisualSearch.Search.Evaluation;

/// <summary>A question whose answer is known.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Text">The question.</param>
/// <param name="Answers">Accepted forms of the answer; none where the collection does not tell it.</param>
/// <param name="Moments">Where it is told; none where it is not.</param>
public sealed record JudgedQuestion(string Id, string Text, IReadOnlyList<string> Answers, IReadOnlyList<VideoSpan> Moments)
{
    /// <summary>Whether the collection answers it.</summary>
    public bool IsTold => Moments.Count > 0;

    /// <summary>
    /// Reads a folder's <c>questions.jsonl</c>: a line a question,
    /// <c>{"id":"a1","question":"Who built it?","answers":["Ida"],"moments":[{"video":"videos/000.mp4","start":3.2,"end":8}]}</c>; no moments where it has no answer.
    /// </summary>
    /// <param name="folder">Where the file is.</param>
    /// <exception cref="EvaluationException">The file is missing or a line is wrong.</exception>
    public static IReadOnlyList<JudgedQuestion> Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, "questions.jsonl");
        List<JudgedQuestion> questions = [];
        int number = 0;
        foreach (string line in EvaluationFile.Lines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                questions.Add(Read(line, path, number));
        }

        return questions.Count > 0 ? questions : throw new EvaluationException(path, 0, "has no questions");
    }

    private static JudgedQuestion Read(string line, string path, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement question = document.RootElement;
            return new JudgedQuestion(
                question.GetProperty("id").GetString()!,
                question.GetProperty("question").GetString()!,
                [.. question.GetProperty("answers").EnumerateArray().Select(static answer => answer.GetString()!)],
                [.. question.GetProperty("moments").EnumerateArray().Select(VideoSpan.Read)]);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException(path, number, $"is no judged question: {wrong.Message}. Expected an object with id, question, answers and moments", wrong);
        }
    }
}
