using VisualSearch.Samples.Videos.Stories;

namespace VisualSearch.Samples.Videos;

/// <summary>A question about a set's videos; no answer means that no video tells it.</summary>
internal sealed record JudgedQuestion(string Id, string Question, IReadOnlyList<string> Answers, IReadOnlyList<Moment> Moments);

/// <summary>Questions that the narrators answer, and others, as plausible, that nobody does.</summary>
internal static class VideoQuestions
{
    // What no fact ever tells: price, birth, inhabitants, pets, weight, neighbours.
    private static readonly string[] Untold =
    [
        "How much did the {0} in {1} cost?", "How many people live in {1}?", "In which year was {2} born?", "What is the dog of {2} called?",
        "How heavy is the {0} of {1}?", "Who is the mayor of {1}?", "What did {2} study at university?", "How far is it from {1} to the nearest airport?",
        "Which football club does {2} support?", "What is the telephone number of {2}?",
    ];

    internal static IReadOnlyList<JudgedQuestion> Build(VideoSet set)
    {
        var told = new List<(string Question, string[] Answers, Moment Moment)>();
        foreach (VideoPlan video in set.Videos)
        {
            if (video.Shots[0].Lines.Count > 0) told.Add(($"Who shows the visitors around in {video.Place}?", [video.Host], VideoQueries.Spoken(video, video.Shots[0])));
            foreach (Shot shot in video.Shots)
            {
                if (shot.Fact is not { } fact) continue;
                string[] digits = [.. fact.Answers.Select(NumberWords.Digits).OfType<string>()];
                told.Add((fact.Question, [.. fact.Answers, .. digits], VideoQueries.Spoken(video, shot)));
            }
        }

        var questions = new List<JudgedQuestion>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        // The same question with two answers would be judged by luck: only what is asked once is asked at all.
        foreach (var (question, answers, moment) in told.Where(one => told.Count(other => other.Question == one.Question) == 1))
        {
            asked.Add(question);
            questions.Add(new JudgedQuestion($"a{questions.Count + 1:D3}", question, answers, [moment]));
        }

        int number = 0;
        foreach (VideoPlan video in set.Videos)
        {
            Shot[] telling = [.. video.Shots.Where(shot => shot.Fact is not null)];
            if (telling.Length == 0) continue;
            Fact fact = telling[number % telling.Length].Fact!;
            string[] texts =
            [
                string.Format(null, Untold[number % Untold.Length], fact.Values["thing"], video.Place, video.Host),
                string.Format(null, Untold[(number + 3) % Untold.Length], fact.Values["thing"], video.Place, video.Host),
                // A true question about a place that no video goes to.
                fact.Question.Replace(video.Place, set.Names.Unknown(number), StringComparison.Ordinal),
            ];
            foreach (string text in texts)
            {
                if (asked.Add(text)) questions.Add(new JudgedQuestion($"n{++number:D3}", text, [], []));
            }
        }

        return questions;
    }
}
