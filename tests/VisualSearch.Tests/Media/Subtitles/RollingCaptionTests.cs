using System.Text;
using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Tests.Media.Subtitles;

/// <summary>Captions that repeat the line before are read once; repeats that somebody said stay.</summary>
public sealed class RollingCaptionTests
{
    private static readonly string[] Lines = ["so today we are going", "to look at boats and", "how they were built", "long before engines", "came to the harbour"];

    private static string Clock(double seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\.fff");

    /// <summary>As automatic captions write it: the old line over the new one, and between them an instant of the old line alone.</summary>
    private static string Automatic()
    {
        var text = new StringBuilder("WEBVTT\nKind: captions\n\n");
        for (int i = 0; i < Lines.Length; i++)
        {
            string before = i == 0 ? " " : Lines[i - 1];
            string timed = string.Join("", Lines[i].Split(' ').Select((word, at) => at == 0 ? word : $"<00:00:0{i}.{at}00><c> {word}</c>"));
            text.Append($"{Clock(i * 2)} --> {Clock((i * 2) + 1.99)} align:start position:0%\n{before}\n{timed}\n\n");
            text.Append($"{Clock((i * 2) + 1.99)} --> {Clock((i * 2) + 2)} align:start position:0%\n{Lines[i]}\n \n\n");
        }

        return text.ToString();
    }

    [Fact]
    public void AutomaticCaptionsAreReadOnce()
    {
        SubtitleTrack track = SubtitleFile.Read(Automatic(), "a.vtt");
        Assert.True(track.Rolling);
        Assert.Equal(Lines, track.Cues.Select(cue => cue.Text));
        Assert.Equal([0, 2, 4, 6, 8], track.Cues.Select(cue => cue.Start));
        Assert.Empty(track.Warnings);
    }

    [Fact]
    public void BroadcastCaptionsOfThreeLinesAreReadOnce()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Lines.Length; i++)
        {
            string shown = string.Join('\n', Lines[Math.Max(0, i - 2)..(i + 1)]);
            text.Append($"{i + 1}\n{Clock(i * 2)} --> {Clock((i * 2) + 2)}\n{shown}\n\n");
        }

        Assert.Equal(Lines, SubtitleFile.Read(text.ToString(), "a.srt").Cues.Select(cue => cue.Text));
    }

    [Fact]
    public void RepeatsThatWereSaidStay()
    {
        string[] said = ["No.", "No.", "I said no.", "I said no.", "Stop.", "Stop.", "Why?", "Because."];
        string text = string.Concat(said.Select((line, i) => $"{i + 1}\n{Clock(i * 2)} --> {Clock((i * 2) + 1.5)}\n{line}\n\n"));
        SubtitleTrack track = SubtitleFile.Read(text, "a.srt");
        Assert.False(track.Rolling);
        Assert.Equal(said, track.Cues.Select(cue => cue.Text));
    }

    [Fact]
    public void OneLineCutAtEveryFrameIsOneCue()
    {
        string text = string.Concat(Enumerable.Range(0, 10).Select(i => $"{i + 1}\n{Clock(i * 0.04)} --> {Clock((i + 1) * 0.04)}\nAn animated sign\n\n"));
        Assert.Equal([new SubtitleCue(0, 0.4, "An animated sign")], SubtitleFile.Read(text, "a.srt").Cues);
    }
}
