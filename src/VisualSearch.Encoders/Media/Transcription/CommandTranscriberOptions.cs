namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>The command line that makes text, and its limits.</summary>
public sealed record CommandTranscriberOptions
{
    private readonly TimeSpan _timeLimit = TimeSpan.FromHours(2);

    /// <summary>
    /// The command with its arguments, separated by blanks; quotes keep blanks in an argument. No shell is involved: pipes and variables mean nothing.
    /// </summary>
    /// <remarks>
    /// <list type="table">
    /// <item><term><c>{input}</c></term><description>absolute path of the video</description></item>
    /// <item><term><c>{wav}</c></term><description>path of its sound, which ffmpeg then makes first: 16 kHz, mono, 16-bit WAV</description></item>
    /// <item><term><c>{output}</c></term><description>path to write to, without extension, in a folder of its own; <c>{output}.srt</c>, <c>.vtt</c>, <c>.ass</c> or <c>.json</c> is read</description></item>
    /// <item><term><c>{folder}</c></term><description>that folder, for programs that choose the name themselves</description></item>
    /// </list>
    /// A command that writes no file is read from its standard output. Examples:
    /// <c>whisper-cli -m ggml-base.en.bin -osrt -of {output} -f {wav}</c>, <c>whisper {input} --output_format srt --output_dir {folder}</c>.
    /// </remarks>
    public required string Command { get; init; }

    /// <summary>After so long the command and all its processes are ended. Default 2 hours: slow models take longer than the film.</summary>
    public TimeSpan TimeLimit
    {
        get => _timeLimit;
        init => _timeLimit = value > TimeSpan.Zero && value <= TimeSpan.FromDays(7)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TimeLimit), value, $"TimeLimit is {value}; choose more than zero and at most 7 days.");
    }

    /// <summary>The ffmpeg to make <c>{wav}</c> with: a path, or a name that is looked for. Default "ffmpeg".</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";
}
