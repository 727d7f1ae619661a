namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>A few sentences of a video's text that belong together: what is embedded and searched as one.</summary>
/// <param name="Start">Seconds at which its first word begins.</param>
/// <param name="End">Seconds at which its last word ends, not before <paramref name="Start"/>.</param>
/// <param name="Text">Its words, in one line.</param>
public sealed record Passage(double Start, double End, string Text);

/// <summary>How text is cut into passages.</summary>
public sealed record PassageOptions
{
    private readonly double _targetSeconds = 8, _sentenceGapSeconds = 1.2, _passageGapSeconds = 6;
    private readonly int _targetCharacters = 300, _overlapSentences = 1;

    /// <summary>A passage that lasts so long takes no further sentence, so that a hit lands near what was said. 1 to 600; default 8: two sentences of speech.</summary>
    public double TargetSeconds
    {
        get => _targetSeconds;
        init => _targetSeconds = value is >= 1 and <= 600 ? value : throw Wrong(nameof(TargetSeconds), value, "1 to 600 seconds");
    }

    /// <summary>
    /// A passage of so many characters takes no further sentence, so that it fits a text encoder: 300 are about 75 English tokens, and one
    /// of Chinese, Japanese or Korean counts three. 40 to 20,000; default 300.
    /// </summary>
    public int TargetCharacters
    {
        get => _targetCharacters;
        init => _targetCharacters = value is >= 40 and <= 20_000 ? value : throw Wrong(nameof(TargetCharacters), value, "40 to 20,000");
    }

    /// <summary>Sentences at the end of a passage that the next one begins with, so that what is said across the border is found. 0 to 10; default 1.</summary>
    public int OverlapSentences
    {
        get => _overlapSentences;
        init => _overlapSentences = value is >= 0 and <= 10 ? value : throw Wrong(nameof(OverlapSentences), value, "0 to 10 sentences");
    }

    /// <summary>Silence that ends a sentence which has no full stop, as in automatic captions. 0.1 to 60; default 1.2 seconds.</summary>
    public double SentenceGapSeconds
    {
        get => _sentenceGapSeconds;
        init => _sentenceGapSeconds = value is >= 0.1 and <= 60 ? value : throw Wrong(nameof(SentenceGapSeconds), value, "0.1 to 60 seconds");
    }

    /// <summary>Silence over which no passage goes: what comes after it is about something else. 0.1 to 3,600; default 6 seconds.</summary>
    public double PassageGapSeconds
    {
        get => _passageGapSeconds;
        init => _passageGapSeconds = value is >= 0.1 and <= 3600 ? value : throw Wrong(nameof(PassageGapSeconds), value, "0.1 to 3,600 seconds");
    }

    private static ArgumentOutOfRangeException Wrong(string name, object value, string range) => new(name, value, $"{name} is {value}; choose {range}.");
}
