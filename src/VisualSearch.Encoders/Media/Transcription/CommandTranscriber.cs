using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>Runs a command line given by the user, such as whisper.cpp's, and reads the subtitles it makes.</summary>
public sealed class CommandTranscriber : ITranscriber
{
    private static readonly string[] Extensions = [".srt", ".vtt", ".ass", ".ssa", ".json"];

    private readonly CommandTranscriberOptions _options;
    private readonly CommandTemplate _template;

    /// <summary>Prepares a command; nothing is run yet.</summary>
    /// <param name="options">The command and its limits.</param>
    /// <exception cref="ArgumentException">The command is empty, has an open quote, or no place for the video.</exception>
    public CommandTranscriber(CommandTranscriberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _template = new CommandTemplate(options.Command);
    }

    /// <inheritdoc/>
    public async Task<SubtitleTrack> TranscribeAsync(string path, CancellationToken cancellation = default)
    {
        string input = Path.GetFullPath(path);
        if (!File.Exists(input)) throw new TranscriptionException($"{input} can't be transcribed: there is no such file.");
        string folder = Directory.CreateTempSubdirectory("vsearch-transcript-").FullName;
        try
        {
            string sound = Path.Combine(folder, "sound.wav"), results = Directory.CreateDirectory(Path.Combine(folder, "text")).FullName;
            if (_template.Has("{wav}")) await MakeSoundAsync(input, sound, cancellation).ConfigureAwait(false);
            IReadOnlyList<string> arguments = _template.Fill(new Dictionary<string, string>
            {
                ["{input}"] = input,
                ["{wav}"] = sound,
                ["{output}"] = Path.Combine(results, "transcript"),
                ["{folder}"] = results,
            });
            ProcessResult done = await RunAsync(_template.Program, arguments, $"{input} can't be transcribed", cancellation).ConfigureAwait(false);
            return Result(input, results, done);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task MakeSoundAsync(string input, string sound, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-i", "file:" + input, "-vn", "-map", "0:a:0", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", sound,
        ];
        await RunAsync(_options.Ffmpeg, arguments, $"The sound of {input} can't be read", cancellation).ConfigureAwait(false);
    }

    private async Task<ProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, string failure, CancellationToken cancellation)
    {
        ProcessResult done = await ChildProcess.RunAsync(program, arguments, _options.TimeLimit, SubtitleFile.MaxBytes, cancellation).ConfigureAwait(false);
        if (done.ExitCode != 0)
        {
            string said = done.Errors.Length > 0 ? done.Errors : "nothing on standard error";
            throw new TranscriptionException($"{failure}: \"{program}\" ended with exit code {done.ExitCode} and said: {said}");
        }

        return done;
    }

    private static SubtitleTrack Result(string input, string results, ProcessResult done)
    {
        string? file = Directory.EnumerateFiles(results, "*", SearchOption.AllDirectories)
            .Where(static path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .OrderBy(static path => Array.FindIndex(Extensions, extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
            .ThenBy(static path => path, StringComparer.Ordinal)
            .FirstOrDefault();
        if (file is null && string.IsNullOrWhiteSpace(done.Output))
        {
            throw new TranscriptionException($"{input} has no transcript: the command succeeded but wrote no .srt, .vtt, .ass or .json to {{output}} and nothing to its standard output. Errors it told: {done.Errors}");
        }

        if (file is not null && new FileInfo(file).Length is var length && length > SubtitleFile.MaxBytes)
        {
            throw new TranscriptionException($"{input} has no transcript: the command wrote {length:N0} bytes, more than the {SubtitleFile.MaxBytes:N0} allowed.");
        }

        bool isJson = file is null ? done.Output.TrimStart() is ['{' or '[', ..] : file.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        if (isJson) return TranscriptJson.Read(file is null ? System.Text.Encoding.UTF8.GetBytes(done.Output) : File.ReadAllBytes(file), input);
        SubtitleTrack track = file is null ? SubtitleFile.Read(done.Output, "output") : SubtitleFile.Read(File.ReadAllBytes(file), file);
        // An empty file of a known format is silence; text that is no subtitles is a wrong command.
        if (track.Format == SubtitleFormat.None && file is null)
        {
            throw new TranscriptionException($"{input} has no transcript: the standard output of the command is no subtitles ({string.Join("; ", track.Warnings)}); make it write .srt, .vtt or .json.");
        }

        return track;
    }
}
