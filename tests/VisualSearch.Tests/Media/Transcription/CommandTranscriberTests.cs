using System.Diagnostics;
using System.Globalization;
using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Media.Transcription;

namespace VisualSearch.Tests.Media.Transcription;

/// <summary>A small script stands for the user's program.</summary>
public sealed class CommandTranscriberTests : IDisposable
{
    private readonly VisualSearch.Tests.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Script(string body) => _folder.Write("recognize.sh", body);

    private Task<SubtitleTrack> Run(string script, string arguments, string input, TimeSpan? limit = null) => new CommandTranscriber(new CommandTranscriberOptions
    {
        Command = $"sh '{script}' {arguments}",
        TimeLimit = limit ?? TimeSpan.FromMinutes(1),
    }).TranscribeAsync(input);

    [Fact]
    public async Task TheFileThatTheCommandWritesIsRead()
    {
        string input = _folder.Write("it's a \"film\"; rm -rf $HOME.mp4", "video"), script = Script("""printf '1\n00:00:01,000 --> 00:00:02,000\n%s|%s\n' "$2" "$#" > "$1.srt"; echo noise""");
        SubtitleTrack track = await Run(script, "{output} \"{input}\" 'two words' a\\ b", input);
        Assert.Equal([new SubtitleCue(1, 2, input + "|4")], track.Cues);
    }

    [Fact]
    public async Task StandardOutputIsReadWhereNoFileIsWritten()
    {
        string input = _folder.Write("film.mp4", "video");
        SubtitleTrack track = await Run(Script("printf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nHello\\n'"), "{input}", input);
        Assert.Equal(["Hello"], track.Cues.Select(cue => cue.Text));
    }

    [Theory]
    [InlineData("""{"transcription":[{"timestamps":{},"offsets":{"from":1000,"to":2500},"text":" Hello"}]}""")]
    [InlineData("""{"text":"Hello","segments":[{"id":0,"start":1.0,"end":2.5,"text":" Hello"}]}""")]
    [InlineData("""[{"start":1,"end":2.5,"text":"Hello\n"}]""")]
    public async Task JsonOfRecognizersIsRead(string json)
    {
        string input = _folder.Write("film.mp4", "video");
        SubtitleTrack track = await Run(Script($"cat > \"$1/any name.json\" <<'END'\n{json}\nEND"), "{folder} {input}", input);
        Assert.Equal([new SubtitleCue(1, 2.5, "Hello")], track.Cues);
    }

    [Fact]
    public async Task AFailureNamesTheExitCodeAndWhatWasSaid()
    {
        string input = _folder.Write("film.mp4", "video");
        TranscriptionException failed = await Assert.ThrowsAsync<TranscriptionException>(() => Run(Script("echo no such model >&2; exit 3"), "{input}", input));
        Assert.Contains("exit code 3", failed.Message, StringComparison.Ordinal);
        Assert.Contains("no such model", failed.Message, StringComparison.Ordinal);
        Assert.Contains(input, failed.Message, StringComparison.Ordinal);

        TranscriptionException silent = await Assert.ThrowsAsync<TranscriptionException>(() => Run(Script("exit 0"), "{input}", input));
        Assert.Contains("{output}", silent.Message, StringComparison.Ordinal);
        TranscriptionException chatter = await Assert.ThrowsAsync<TranscriptionException>(() => Run(Script("echo loading"), "{input}", input));
        Assert.Contains("standard output", chatter.Message, StringComparison.Ordinal);
        var missing = new CommandTranscriber(new CommandTranscriberOptions { Command = "no-such-program {input}" });
        Assert.Contains("no-such-program", (await Assert.ThrowsAsync<TranscriptionException>(() => missing.TranscribeAsync(input))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TranscriptionException>(() => missing.TranscribeAsync(_folder["nothing.mp4"]));
    }

    [Fact]
    public async Task ACommandOverItsTimeIsEndedWithItsChildren()
    {
        string input = _folder.Write("film.mp4", "video"), pids = _folder["pids"];
        string script = Script($"sleep 300 & echo $! > '{pids}'; echo $$ >> '{pids}'; sleep 300");
        TranscriptionException late = await Assert.ThrowsAsync<TranscriptionException>(() => Run(script, "{input}", input, TimeSpan.FromSeconds(2)));
        Assert.Contains("2 s", late.Message, StringComparison.Ordinal);
        int[] started = [.. File.ReadAllLines(pids).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(2, started.Length);
        foreach (int id in started) Assert.True(await EndedAsync(id), $"process {id} still runs");
    }

    [Fact]
    public async Task CancellingEndsTheCommand()
    {
        string input = _folder.Write("film.mp4", "video");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var hanging = new CommandTranscriber(new CommandTranscriberOptions { Command = $"sh '{Script("sleep 300")}' {{input}}" });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.TranscribeAsync(input, stop.Token));
    }

    [Fact]
    public async Task SoundIsMadeWhereTheCommandAsksForIt()
    {
        string video = _folder["film.mkv"];
        using (Process made = Process.Start("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", "sine=f=440:d=2:r=44100", "-f", "lavfi", "-i", "color=c=red:s=64x64:d=2", "-c:a", "flac", "-c:v", "mpeg4", video]))
        {
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }

        string script = Script("""printf '1\n00:00:00,000 --> 00:00:02,000\n' > "$2.srt"; od -A n -t u4 -j 24 -N 4 "$1" >> "$2.srt"; od -A n -t u2 -j 22 -N 2 "$1" >> "$2.srt" """);
        SubtitleTrack track = await Run(script, "{wav} {output}", video);
        Assert.Equal("16000\n1", Assert.Single(track.Cues).Text);

        TranscriptionException mute = await Assert.ThrowsAsync<TranscriptionException>(() => Run(script, "{wav} {output}", _folder.Write("no.mp4", "no video")));
        Assert.Contains("sound", mute.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("whisper")]
    [InlineData("whisper 'open {input}")]
    public void ACommandThatCannotWorkIsRefused(string command) =>
        Assert.Throws<ArgumentException>(() => new CommandTranscriber(new CommandTranscriberOptions { Command = command }));

    /// <summary>Ended, or a zombie that only waits for its new parent to take note.</summary>
    private static async Task<bool> EndedAsync(int id)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            string stat = $"/proc/{id}/stat";
            if (!File.Exists(stat) || (await File.ReadAllTextAsync(stat)).Split(") ")[^1][0] == 'Z') return true;
            await Task.Delay(50);
        }

        return false;
    }
}
