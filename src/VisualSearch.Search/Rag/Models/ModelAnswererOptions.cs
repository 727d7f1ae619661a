namespace VisualSearch.Search.Rag.Models;

/// <summary>What one answer by a language model may cost.</summary>
public sealed record ModelAnswererOptions
{
    /// <summary>Whether the model can see: then the picture of a question and those of sources are sent along.</summary>
    public bool SeesPictures { get; init; }

    /// <summary>
    /// The most tokens of a request, estimated, 200 to 1,000,000. A bound on cost, and on what a local model with a small window would
    /// otherwise cut off itself, silently and at the front, where the rules are.
    /// </summary>
    public int MaxInputTokens { get; init => field = Within(value, 200, 1_000_000, nameof(MaxInputTokens)); } = 6000;

    /// <summary>The most tokens of an answer, 16 to 100,000.</summary>
    public int MaxOutputTokens { get; init => field = Within(value, 16, 100_000, nameof(MaxOutputTokens)); } = 800;

    /// <summary>The most answers in any minute, 1 to 10,000: a bound on cost when a program asks in a loop.</summary>
    public int MaxAnswersPerMinute { get; init => field = Within(value, 1, 10_000, nameof(MaxAnswersPerMinute)); } = 30;

    /// <summary>The most turns of a conversation that are sent along, 0 to 100; the oldest are left out first.</summary>
    public int MaxTurns { get; init => field = Within(value, 0, 100, nameof(MaxTurns)); } = 6;

    /// <summary>The most pictures in one request, 0 to 16, the question's own among them.</summary>
    public int MaxPictures { get; init => field = Within(value, 0, 16, nameof(MaxPictures)); } = 4;

    /// <summary>The longest picture that is sent, in bytes, 1,024 to 20 MiB; longer ones are left out.</summary>
    public int MaxPictureBytes { get; init => field = Within(value, 1024, 20 << 20, nameof(MaxPictureBytes)); } = 2 << 20;

    /// <summary>
    /// How freely the model chooses its words, 0 to 2; null leaves it to the server, and is all that OpenAI's reasoning models take. Low values
    /// keep to the sources.
    /// </summary>
    public float? Temperature
    {
        get;
        init => field = value is null or (>= 0 and <= 2) ? value : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must be 0 to 2, or null.");
    }

    private static int Within(int value, int least, int most, string name) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least:N0} to {most:N0}.");
}
