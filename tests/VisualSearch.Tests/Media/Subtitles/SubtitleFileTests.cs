using System.Text;
using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Tests.Media.Subtitles;

/// <summary>Subtitle files as they are found: three formats, sloppy writers, odd encodings.</summary>
public sealed class SubtitleFileTests
{
    private static SubtitleTrack Read(string text, string name = "a.srt") => SubtitleFile.Read(Encoding.UTF8.GetBytes(text), name);

    private static string[] Texts(SubtitleTrack track) => [.. track.Cues.Select(cue => cue.Text)];

    [Fact]
    public void SubRipIsRead()
    {
        SubtitleTrack track = Read("1\r\n00:00:01,500 --> 00:00:03,250\r\nHello <i>there</i>,\r\nold friend.\r\n\r\n2\r\n01:02:03,004 --> 01:02:05,000 X1:10 X2:20 Y1:5 Y2:9\r\n{\\an8}Bye.\r\n");
        Assert.Equal(SubtitleFormat.SubRip, track.Format);
        Assert.Equal([new SubtitleCue(1.5, 3.25, "Hello there,\nold friend."), new SubtitleCue(3723.004, 3725, "Bye.")], track.Cues);
        Assert.Empty(track.Warnings);
    }

    [Theory]
    [InlineData("00:00:01.5 --> 00:00:02")]
    [InlineData("0:00:01,500-->0:00:02,000")]
    [InlineData("00:01,500 --> 00:02,000")]
    [InlineData("00 : 00 : 01 , 500 --> 00 : 00 : 02 , 000")]
    [InlineData("  00:00:01,500 -> 00:00:02,000  ")]
    [InlineData("00:00:01:500 --> 00:00:02:000")]
    public void TimesAreReadAsPeopleWriteThem(string times) =>
        Assert.Equal([new SubtitleCue(1.5, 2, "Hi")], Read($"1\n{times}\nHi\n").Cues);

    [Fact]
    public void ASubRipCueKeepsItsEmptyLinesAndNumbersAndLosesItsIndex()
    {
        SubtitleTrack track = Read("1\n00:00:01,000 --> 00:00:02,000\nFirst\n\nstill first\n2\n00:00:03,000 --> 00:00:04,000\n42\n\n3\n00:00:05,000 --> 00:00:06,000\n1984");
        Assert.Equal(["First\nstill first", "42", "1984"], Texts(track));
        Assert.Empty(track.Warnings);
    }

    [Fact]
    public void WebVttIsReadWithoutItsNotesStylesAndIdentifiers()
    {
        SubtitleTrack track = Read("""
            WEBVTT - some title
            Kind: captions

            STYLE
            ::cue { color: red }

            REGION
            id:fred

            NOTE
            00:00:00.000 --> 00:00:01.000
            commented out

            NOTE one line

            intro
            00:01.000 --> 00:02.000 align:start position:0%
            <v.loud Roger Bingham>We are in &amp; out&nbsp;of <c.yellow>New</c> York</v>

            STYLE
            00:03.000 --> 00:04.000
            <00:03.100><c>ka</c><00:03.500><c>ra</c>oke &lt;i&gt;

            00:05.000 --> 00:06.000
            3 < 5 and 6 > 4, <3

            orphan text
            """, "b.vtt");
        Assert.Equal(SubtitleFormat.WebVtt, track.Format);
        Assert.Equal(["We are in & out of New York", "karaoke <i>", "3 < 5 and 6 > 4, <3"], Texts(track));
        Assert.Equal([1, 3, 5], track.Cues.Select(cue => cue.Start));
        Assert.Empty(track.Warnings);
    }

    [Fact]
    public void SubStationIsReadByItsFormatLine()
    {
        SubtitleTrack track = Read("""
            [Script Info]
            Title: x

            [V4+ Styles]
            Format: Name, Fontname
            Style: Default,Arial

            [Events]
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,nobody sees this
            Dialogue: 0,0:00:05.00,0:00:07.50,Default,Ann,0,0,0,,{\pos(10,20)\k50}Later, {\i1}but{\i0}\Nfirst\hhere
            Dialogue: 1,0:00:01.00,0:00:02.00,Default,,0,0,0,,Layered
            Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Layered
            Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0 100 100{\p0}sign
            Dialogue: 0,0:00:03.00
            """, "c.txt");
        Assert.Equal(SubtitleFormat.SubStation, track.Format);
        Assert.Equal([new SubtitleCue(1, 2, "Layered"), new SubtitleCue(3, 4, "sign"), new SubtitleCue(5, 7.5, "Later, but\nfirst here")], track.Cues);
        Assert.Contains(track.Warnings, warning => warning.StartsWith("line 15:", StringComparison.Ordinal));
    }

    [Fact]
    public void OldSubStationAndKaraokeTemplatesAreRead()
    {
        SubtitleTrack old = Read("[Events]\nFormat: Marked, Start, End, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.00,a, b\n", "d.ssa");
        Assert.Equal(["a, b"], Texts(old));
        SubtitleTrack sung = Read("""
            [Events]
            Comment: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,karaoke,{\k20}hel{\k30}lo
            Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,fx,{\move(1,2)}hel
            Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,fx,lo
            """);
        Assert.Equal(["hello"], Texts(sung));
    }

    [Theory]
    [InlineData("- Who is it?\n- Me.", "Who is it?\nMe.")]
    [InlineData(">> NEWS: good evening", "NEWS: good evening")]
    [InlineData("-5 degrees", "-5 degrees")]
    [InlineData("♪ la la ♪", "la la")]
    [InlineData("a<br/>b<BR>c", "a\nb\nc")]
    [InlineData("<font color=\"#ff0000\">red</font> <b>bold</b>", "red bold")]
    [InlineData("caf&eacute; &#8211; &#x41;", "café – A")]
    [InlineData("{y:i}slanted {not a code}", "slanted {not a code}")]
    [InlineData("so\u00ADft \u202Bhyphen\u202C\u200Bmark", "soft hyphen mark")]
    [InlineData("نمی\u200Cدانم", "نمی\u200Cدانم")]
    public void MarkupGoesAndWordsStay(string written, string plain) =>
        Assert.Equal([plain], Texts(Read($"1\n00:00:01,000 --> 00:00:02,000\n{written}\n")));

    [Fact]
    public void EveryEncodingWithAMarkIsRead()
    {
        const string text = "1\n00:00:01,000 --> 00:00:02,000\nGrüße 你好\n";
        Encoding[] encodings = [new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32];
        foreach (Encoding encoding in encodings)
        {
            SubtitleTrack track = SubtitleFile.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(text)], "a.srt");
            Assert.Equal(["Grüße 你好"], Texts(track));
            Assert.Empty(track.Warnings);
        }
    }

    [Fact]
    public void WithoutAMarkTheEncodingIsFoundAndGuessesAreTold()
    {
        const string text = "1\n00:00:01,000 --> 00:00:02,000\nGrüße – né\n";
        SubtitleTrack wide = SubtitleFile.Read(Encoding.Unicode.GetBytes(text), "a.srt");
        Assert.Equal(["Grüße – né"], Texts(wide));
        Assert.Single(wide.Warnings);

        SubtitleTrack western = SubtitleFile.Read(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text), "a.srt");
        Assert.Equal(["Grüße – né"], Texts(western));
        Assert.Contains("line 3: ", Assert.Single(western.Warnings), StringComparison.Ordinal);

        byte[] cyrillic = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text.Replace("Grüße – né", "Привет", StringComparison.Ordinal));
        Assert.Equal(["Привет"], Texts(SubtitleFile.Read(cyrillic, "a.srt", legacyCodePage: 1251)));
        Assert.Throws<ArgumentException>(() => SubtitleFile.Read(cyrillic, "a.srt", legacyCodePage: 4711));
    }

    [Fact]
    public void AFewDamagedBytesDoNotMakeAnotherEncoding()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("1\n00:00:01,000 --> 00:00:02,000\näöü äöü x 你好\n");
        bytes[Array.IndexOf(bytes, (byte)'x')] = 0xFF;
        SubtitleTrack track = SubtitleFile.Read(bytes, "a.srt");
        Assert.Equal(["äöü äöü \uFFFD 你好"], Texts(track));
        Assert.Contains("line 3: ", Assert.Single(track.Warnings), StringComparison.Ordinal);
        SubtitleTrack cut = SubtitleFile.Read(Encoding.UTF8.GetBytes("1\n00:00:01,000 --> 00:00:02,000\nabc 你").AsSpan()[..^1], "a.srt");
        Assert.StartsWith("abc", Assert.Single(cut.Cues).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BadTimesAreRepairedAndTold()
    {
        SubtitleTrack track = Read("""
            1
            00:00:05,000 --> 00:00:03,000
            swapped

            2
            00:00:06,000 --> 00:00:06,000
            an instant

            3
            00:0O:07,000 --> 00:00:08,000
            letters for digits

            4
            00:10:00,000 --> 00:00:09,000
            far back

            5
            00:00:20,000 --> 00:00:25,000
            before

            6
            00:00:23,000 --> 00:00:26,000
            overlapping

            7
            00:00:30,000 --> 99:59:59,999
            endless
            """);
        Assert.Equal(["swapped", "an instant", "before", "overlapping", "endless", "far back"], Texts(track));
        Assert.Equal((3, 5), (track.Cues[0].Start, track.Cues[0].End));
        Assert.Equal((20, 23), (track.Cues[2].Start, track.Cues[2].End));
        Assert.All(track.Cues, cue => Assert.InRange(cue.End - cue.Start, 0.5, 10));
        string[] lines = ["line 2:", "line 6:", "line 10:", "line 14:", "line 18:", "line 26:"];
        Assert.All(lines, line => Assert.Contains(track.Warnings, warning => warning.StartsWith(line, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\n")]
    [InlineData("just a text file\nwith lines --> and arrows\n")]
    [InlineData("WEBVTT")]
    [InlineData("[Script Info]\n")]
    [InlineData("1\n00:00:01,000 --> ")]
    public void ContentWithoutCuesIsNoError(string text) => Assert.Empty(Read(text).Cues);

    [Fact]
    public void WarningsOfABrokenFileStayReadable()
    {
        string text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i}\n00:00:0x,000 --> 00:00:02,000\nline\n\n"));
        SubtitleTrack track = Read(text);
        Assert.Equal(21, track.Warnings.Count);
        Assert.Contains("4980", track.Warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void TooLongContentIsNotRead()
    {
        SubtitleTrack track = SubtitleFile.Read(new byte[SubtitleFile.MaxBytes + 1], "a.srt");
        Assert.Empty(track.Cues);
        Assert.Single(track.Warnings);
    }

    /// <summary>Whatever the bytes: no exception, and every cue is usable.</summary>
    [Fact]
    public void DamagedFilesNeverThrow()
    {
        string[] seeds =
        [
            "1\n00:00:01,000 --> 00:00:02,000\n<i>Hi {\\an8}&amp; é</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n",
            "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<v A>b<00:01.500>c</v>\n",
            "[Events]\nFormat: Layer, Start, End, Text\nDialogue: 0,0:00:01.00,0:00:02.00,{\\p1}x{\\p0}y\\Nz\n",
        ];
        var random = new Random(5);
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(seeds[round % seeds.Length]);
            for (int i = 0; i < 1 + (round % 7); i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            SubtitleTrack track = SubtitleFile.Read(bytes.AsSpan(0, random.Next(bytes.Length)), "x" + (round % 2 == 0 ? ".vtt" : ""));
            double last = 0;
            Assert.All(track.Cues, cue =>
            {
                Assert.True(cue.Start >= last && cue.End >= cue.Start && cue.Text.Trim().Length > 0);
                last = cue.Start;
            });
        }
    }
}
