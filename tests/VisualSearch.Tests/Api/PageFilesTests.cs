using System.Text.RegularExpressions;

namespace VisualSearch.Tests.Api;

/// <summary>The page's scripts and style sheets, every one of them, as a browser gets them.</summary>
[Collection("server")]
public sealed partial class PageFilesTests(ServerFixture server)
{
    // What the page's design allows: of all views together as they travel, and of what every visit loads as it is parsed.
    private const int MostBytes = 150_000;

    // Fetched when somebody goes to their view.
    private static readonly string[] Later = ["js/lab/", "js/views/lab.js", "css/lab.css", "js/views/ask.js", "js/components/answer-turn.js", "js/answers.js", "js/conversations.js", "css/ask.css"];

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetExtension(file) is ".js" or ".css" or ".mjs")
            .Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    [Fact]
    public async Task Scripts_and_styles_stay_within_150_KB()
    {
        var parsed = new Dictionary<string, int>();
        var sent = 0L;
        foreach (var file in Files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/" + file) { Headers = { AcceptEncoding = { new("gzip") } } };
            using var response = await server.Client.SendAsync(request);
            Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
            sent += (await response.Content.ReadAsByteArrayAsync()).Length;
            if (!Later.Any(later => file.StartsWith(later, StringComparison.Ordinal))) parsed[file] = (await server.Client.GetByteArrayAsync("/" + file)).Length;
        }

        Assert.DoesNotContain("js/views/lab.js", parsed.Keys);
        Assert.True(sent <= MostBytes, $"{sent:N0} bytes travel; at most {MostBytes:N0}.");
        Assert.True(
            parsed.Values.Sum() <= MostBytes,
            $"{parsed.Values.Sum():N0} bytes of script and style at every visit; at most {MostBytes:N0}. The largest: "
                + string.Join(", ", parsed.OrderByDescending(static size => size.Value).Take(8).Select(static size => $"{size.Key} {size.Value:N0}")));
    }

    [Fact]
    public async Task Nothing_but_comments_and_blanks_is_left_out_and_every_line_keeps_its_number()
    {
        foreach (var file in Files)
        {
            var source = (await File.ReadAllTextAsync(Path.Combine(Root, file))).TrimEnd().Split('\n');
            var sent = (await server.Client.GetStringAsync("/" + file)).TrimEnd('\n').Split('\n');
            Assert.Equal(source.Length, sent.Length);
            for (var line = 0; line < source.Length; line++)
            {
                var isComment = CommentLine().IsMatch(source[line]) || !Code().IsMatch(source[line]);
                if (sent[line].Length == 0) Assert.True(isComment, $"{file}:{line + 1} is not sent: {source[line]}");
                else Assert.Equal(source[line].Replace(" ", "", StringComparison.Ordinal), sent[line].Replace(" ", "", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Texts_and_regular_expressions_keep_their_blanks()
    {
        foreach (var file in Files.Where(static file => file.EndsWith("js", StringComparison.Ordinal)))
        {
            var source = (await File.ReadAllTextAsync(Path.Combine(Root, file))).TrimEnd().Split('\n');
            var sent = (await server.Client.GetStringAsync("/" + file)).TrimEnd('\n').Split('\n');
            for (var line = 0; line < source.Length; line++)
            {
                if (CommentLine().IsMatch(source[line])) continue;
                foreach (System.Text.RegularExpressions.Match text in QuotedText().Matches(source[line]))
                    Assert.Contains(text.Value, sent[line], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task No_text_runs_over_several_lines_where_it_would_lose_its_indentation()
    {
        foreach (var file in Files.Where(static file => file.EndsWith("js", StringComparison.Ordinal)))
        {
            var sent = (await server.Client.GetStringAsync("/" + file)).Split('\n');
            for (var line = 0; line < sent.Length; line++)
                Assert.True(sent[line].Count(static letter => letter == '`') % 2 == 0, $"{file}:{line + 1} begins or ends a text of several lines: {sent[line]}");
        }
    }

    // Ours begin with //, /* or *, and end a block on a line of its own or on the line that began it.
    [GeneratedRegex(@"^\s*(//|/\*|\*)")]
    private static partial Regex CommentLine();

    [GeneratedRegex("\"[^\"]*\"|`[^`]*`")]
    private static partial Regex QuotedText();

    [GeneratedRegex(@"\S")]
    private static partial Regex Code();
}
