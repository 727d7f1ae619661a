using System.Text;

namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>A sentence with its time span and how long it counts for a text encoder.</summary>
internal readonly record struct TimedSentence(double Start, double End, string Text, int Weight);

/// <summary>
/// Joins the text of cues and cuts it into sentences: at punctuation, at silence, and where a sentence has grown as long as a passage
/// may be. Within a cue time runs evenly over its letters.
/// </summary>
internal static class TimedSentences
{
    // A letter of these scripts says about as much as three of the Latin alphabet, and takes an encoder's token or more of its own.
    private const int UnspacedWeight = 3;

    internal static List<TimedSentence> From(IEnumerable<SubtitleCue> cues, PassageOptions options)
    {
        var sentences = new List<TimedSentence>();
        var run = new Run();
        double latest = double.NegativeInfinity;
        foreach (SubtitleCue cue in cues.OrderBy(static cue => cue.Start))
        {
            string text = string.Join(' ', cue.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (text.Length == 0) continue;
            if (cue.Start - latest >= options.SentenceGapSeconds) run.CutInto(sentences, options.TargetCharacters);
            run.Add(text, cue.Start, Math.Max(cue.Start, cue.End));
            latest = Math.Max(latest, cue.End);
        }

        run.CutInto(sentences, options.TargetCharacters);
        return sentences;
    }

    internal static int Weight(ReadOnlySpan<char> text)
    {
        int weight = 0;
        foreach (char letter in text) weight += Sentences.IsUnspaced(letter) ? UnspacedWeight : 1;
        return weight;
    }

    /// <summary>Cues that follow without silence, as one text.</summary>
    private sealed class Run
    {
        private readonly StringBuilder _text = new();
        private readonly List<(int From, int To, double Start, double End)> _cues = [];

        internal void Add(string text, double start, double end)
        {
            // Lines of an unspaced script are joined without a blank, as they would be written in one line.
            if (_text.Length > 0 && !(Sentences.IsUnspaced(_text[^1]) && Sentences.IsUnspaced(text[0]))) _text.Append(' ');
            int from = _text.Length;
            _text.Append(text);
            _cues.Add((from, _text.Length, start, end));
        }

        internal void CutInto(List<TimedSentence> sentences, int mostWeight)
        {
            string text = _text.ToString();
            int firstCue = 0;
            foreach (Range range in Sentences.Split(text))
            {
                (int offset, int length) = range.GetOffsetAndLength(text.Length);
                for (int from = offset; from < offset + length;)
                {
                    int to = CutAt(text, from, offset + length, mostWeight);
                    string part = text[from..to].Trim();
                    if (part.Length > 0)
                    {
                        (double start, double end) = Span(from, to, ref firstCue);
                        sentences.Add(new TimedSentence(start, end, part, Weight(part)));
                    }

                    from = to;
                }
            }

            _text.Clear();
            _cues.Clear();
        }

        /// <summary>The end of the part from <paramref name="from"/> that weighs little enough: at a border of cues or words if there is one.</summary>
        private int CutAt(string text, int from, int to, int mostWeight)
        {
            int weight = 0, blank = -1, at = from;
            for (; at < to; at++)
            {
                weight += Sentences.IsUnspaced(text[at]) ? UnspacedWeight : 1;
                if (weight > mostWeight && at > from) break;
                if (text[at] == ' ') blank = at + 1;
                else if (Sentences.IsUnspaced(text[at])) blank = at;
            }

            if (at == to) return to;
            // Captions without punctuation break where a thought does more often than a count of letters; not before half of the room is used.
            for (int i = _cues.Count - 1; i >= 0 && _cues[i].From > from; i--)
            {
                if (_cues[i].From <= at && Weight(text.AsSpan(from, _cues[i].From - from)) * 2 >= mostWeight) return _cues[i].From;
            }

            if (blank > from) return blank;
            // A word longer than a passage stays whole.
            while (at < to && text[at] != ' ' && !Sentences.IsUnspaced(text[at])) at++;
            return at;
        }

        private (double Start, double End) Span(int from, int to, ref int firstCue)
        {
            double start = double.PositiveInfinity, end = double.NegativeInfinity;
            while (firstCue < _cues.Count && _cues[firstCue].To <= from) firstCue++;
            for (int i = firstCue; i < _cues.Count && _cues[i].From < to; i++)
            {
                var cue = _cues[i];
                start = Math.Min(start, At(cue, Math.Max(from, cue.From)));
                end = Math.Max(end, At(cue, Math.Min(to, cue.To)));
            }

            return (start, end);
        }

        private static double At((int From, int To, double Start, double End) cue, int position) =>
            position == cue.To ? cue.End : cue.Start + ((cue.End - cue.Start) * (position - cue.From) / (cue.To - cue.From));
    }
}
