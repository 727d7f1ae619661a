namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>
/// Packs what is said in a video into passages of a few sentences. Passages overlap by a sentence, end at long silences, and together
/// have every word of the cues.
/// </summary>
/// <remarks>
/// <code>
/// cues ─► TimedSentences ─► sentences with times ─► packed up to TargetSeconds and TargetCharacters ─► passages
///         joined, cut at punctuation, silence, length
/// </code>
/// </remarks>
public static class Passages
{
    /// <summary>The passages of a track, in order of their start.</summary>
    /// <param name="cues">Cues in any order; their text is plain.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    public static IReadOnlyList<Passage> From(IEnumerable<SubtitleCue> cues, PassageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cues);
        options ??= new PassageOptions();
        List<TimedSentence> sentences = TimedSentences.From(cues, options);
        var passages = new List<Passage>();
        for (int from = 0, told = 0; told < sentences.Count;)
        {
            int to = Fill(sentences, from, told, options);
            passages.Add(Pack(sentences, from, to));
            told = to;
            bool silence = told < sentences.Count && sentences[told].Start - sentences[told - 1].End >= options.PassageGapSeconds;
            from = silence ? told : Math.Max(from + 1, told - options.OverlapSentences);
            // An overlap that leaves no room for the next sentence would only repeat.
            while (from < told && told < sentences.Count && !Fits(sentences, from, told + 1, options)) from++;
        }

        return passages;
    }

    /// <summary>The end of the passage that begins at <paramref name="from"/> and must have the sentence <paramref name="told"/>, the first that none has yet.</summary>
    private static int Fill(List<TimedSentence> sentences, int from, int told, PassageOptions options)
    {
        int to = told + 1;
        while (to < sentences.Count && sentences[to].Start - sentences[to - 1].End < options.PassageGapSeconds && Fits(sentences, from, to + 1, options)) to++;
        return to;
    }

    private static bool Fits(List<TimedSentence> sentences, int from, int to, PassageOptions options)
    {
        int weight = to - from - 1;
        for (int i = from; i < to; i++) weight += sentences[i].Weight;
        return weight <= options.TargetCharacters && sentences[to - 1].End - sentences[from].Start <= options.TargetSeconds;
    }

    private static Passage Pack(List<TimedSentence> sentences, int from, int to)
    {
        double start = double.PositiveInfinity, end = double.NegativeInfinity;
        var texts = new string[to - from];
        for (int i = from; i < to; i++)
        {
            start = Math.Min(start, sentences[i].Start);
            end = Math.Max(end, sentences[i].End);
            texts[i - from] = sentences[i].Text;
        }

        return new Passage(start, end, string.Join(' ', texts));
    }
}
