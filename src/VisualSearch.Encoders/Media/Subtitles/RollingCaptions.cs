namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>
/// Captions that roll: broadcast and automatic ones show the line before again with each new line, and a cue of an instant between
/// with the old line alone. Read one after the other they would say everything two or three times.
/// </summary>
/// <remarks>
/// A file rolls where, of cues that follow within a second, <see cref="RollingShare"/> or more begin with the words the one before ended with
/// and some add words to them. In other files a repeated line is what somebody said, and stays.
/// </remarks>
internal static class RollingCaptions
{
    private const double RollingShare = 0.4, NearSeconds = 1;

    // Two overlapping words happen in speech ("I think that … that is"); three in a row at a border hardly do.
    private const int FewestWords = 3;

    // Longer cues than this are no captions, and comparing every overlap of theirs would take long.
    private const int MostWords = 200;

    internal static bool Roll(List<RawCue> cues) =>
        Roll([.. cues.OrderBy(static cue => cue.Start).Select(static cue => new SubtitleCue(cue.Start, Math.Max(cue.Start, cue.End), cue.Text))]);

    internal static bool Roll(List<SubtitleCue> cues)
    {
        int near = 0, rolled = 0, grown = 0;
        string[] before = [];
        for (int i = 0; i < cues.Count; i++)
        {
            string[] words = Words(cues[i].Text);
            if (i > 0 && cues[i].Start - cues[i - 1].End <= NearSeconds)
            {
                near++;
                int shared = Shared(before, words);
                if (shared > 0)
                {
                    rolled++;
                    if (shared < words.Length) grown++;
                }
            }

            before = words;
        }

        return rolled >= 3 && grown >= 2 && rolled >= RollingShare * near;
    }

    internal static List<SubtitleCue> Unroll(List<SubtitleCue> cues)
    {
        var result = new List<SubtitleCue>(cues.Count);
        string[] before = [];
        for (int i = 0; i < cues.Count; i++)
        {
            SubtitleCue cue = cues[i];
            string[] words = Words(cue.Text);
            int shared = i > 0 && cue.Start - cues[i - 1].End <= NearSeconds ? Shared(before, words) : 0;
            before = words;
            if (shared > 0 && shared == words.Length)
            {
                SubtitleCue last = result[^1];
                result[^1] = last with { End = Math.Max(last.End, cue.End) };
            }
            else
            {
                result.Add(shared == 0 ? cue : cue with { Text = string.Join(' ', words[shared..]) });
            }
        }

        // What still stood on screen while the next line was new belongs to its own time.
        for (int i = 0; i + 1 < result.Count; i++)
        {
            if (result[i].End > result[i + 1].Start && result[i + 1].Start > result[i].Start) result[i] = result[i] with { End = result[i + 1].Start };
        }

        return result;
    }

    /// <summary>Joins cues that say the same and touch or overlap: layers of one line, and lines cut at every frame.</summary>
    internal static List<SubtitleCue> MergeRepeats(List<SubtitleCue> cues)
    {
        var result = new List<SubtitleCue>(cues.Count);
        var latest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (SubtitleCue cue in cues)
        {
            if (latest.TryGetValue(cue.Text, out int at) && cue.Start - result[at].End <= 0.05)
            {
                result[at] = result[at] with { End = Math.Max(result[at].End, cue.End) };
                continue;
            }

            latest[cue.Text] = result.Count;
            result.Add(cue);
        }

        return result;
    }

    /// <summary>How many words at the end of the one text begin the other: all of the first, or at least <see cref="FewestWords"/>.</summary>
    private static int Shared(string[] before, string[] words)
    {
        for (int count = Math.Min(before.Length, words.Length); count > 0; count--)
        {
            bool enough = count >= FewestWords || count == before.Length;
            if (enough && before.AsSpan(before.Length - count).SequenceEqual(words.AsSpan(0, count))) return count;
        }

        return 0;
    }

    private static string[] Words(string text)
    {
        string[] words = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= MostWords ? words : [];
    }
}
