using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Metadata;

/// <summary>What is said and written in a video.</summary>
/// <param name="Transcript">Line by line, in order of time.</param>
/// <param name="Passages">A few sentences each, and the chapters' titles: what is searched.</param>
/// <param name="Remarks">What could not be read, or had to be mended.</param>
public sealed record VideoTexts(IReadOnlyList<TranscriptLine> Transcript, IReadOnlyList<Passage> Passages, IReadOnlyList<string> Remarks);

/// <summary>
/// Finds a video's text: subtitles beside it (<c>film.srt</c>, <c>film.en.vtt</c>, <c>film.ass</c>), else a text track within it, else what
/// the given command hears. Chapters always count.
/// </summary>
/// <param name="transcriber">Makes text where there is none; null to do without.</param>
/// <param name="options">How what is said is cut into passages; null for the defaults.</param>
public sealed class VideoTextReader(Encoders.Media.Transcription.ITranscriber? transcriber, PassageOptions? options = null)
{
    /// <summary>Reads the text of a video.</summary>
    /// <param name="path">The video.</param>
    /// <param name="info">What its headers tell.</param>
    /// <param name="cancellation">Ends reading.</param>
    public async Task<VideoTexts> ReadAsync(string path, VideoInfo info, CancellationToken cancellation)
    {
        var remarks = new List<string>();
        var cues = await CuesAsync(path, info, remarks, cancellation).ConfigureAwait(false);
        var passages = Passages.From(cues, options);
        return new VideoTexts(
            [.. cues.Select(static cue => new TranscriptLine(cue.Start, cue.End, cue.Text))],
            [.. passages, .. info.Chapters.Where(static chapter => chapter.Title.Length > 0).Select(static chapter => new Passage(chapter.Start, chapter.End, chapter.Title))],
            remarks);
    }

    private async Task<IReadOnlyList<SubtitleCue>> CuesAsync(string path, VideoInfo info, List<string> remarks, CancellationToken cancellation)
    {
        foreach (var file in new SubtitleFiles().Beside(path))
        {
            if (Read(() => SubtitleFile.Read(File.ReadAllBytes(file.FullName), file.Name), file.Name, remarks) is { Count: > 0 } cues) return cues;
        }

        foreach (var track in info.Subtitles.Where(static track => track.IsText))
        {
            var name = $"track {track.Index}";
            if (Read(() => SubtitleFile.Read(SubtitleExtractor.Extract(path, track, cancellation: cancellation), name), name, remarks) is { Count: > 0 } cues) return cues;
        }

        if (transcriber is null || !info.HasAudio) return [];
        try
        {
            return (await transcriber.TranscribeAsync(path, cancellation).ConfigureAwait(false)).Cues;
        }
        catch (Encoders.Media.Transcription.TranscriptionException failure)
        {
            remarks.Add(failure.Message);
            return [];
        }
    }

    private static IReadOnlyList<SubtitleCue>? Read(Func<SubtitleTrack> read, string name, List<string> remarks)
    {
        try
        {
            var track = read();
            remarks.AddRange(track.Warnings.Select(warning => $"{name}: {warning}"));
            return track.Cues;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or VideoException or InvalidDataException)
        {
            remarks.Add($"{name} is left out: {failure.Message}");
            return null;
        }
    }
}
