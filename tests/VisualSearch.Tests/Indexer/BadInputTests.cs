using System.Diagnostics;
using System.Runtime.InteropServices;
using VisualSearch.Encoders.Media;
using VisualSearch.Indexer;

namespace VisualSearch.Tests.Indexer;

/// <summary>Bad files are named with their reason, and everything else is indexed.</summary>
#pragma warning disable CA1416 // The one test that sets Unix permissions skips itself elsewhere.
[Collection("indexing")]
public sealed class BadInputTests(IndexingFixture indexing) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Pictures => _folder["pictures"];

    [Fact]
    public async Task Each_bad_file_is_named_with_its_reason_and_the_rest_is_indexed()
    {
        DrawnPictures.DrawMany(Pictures, 5);
        var whole = File.ReadAllBytes(Path.Combine(Pictures, "0000.jpg"));
        File.WriteAllBytes(Path.Combine(Pictures, "empty.jpg"), []);
        File.WriteAllBytes(Path.Combine(Pictures, "truncated.jpg"), whole[..(whole.Length / 2)]);
        File.WriteAllText(Path.Combine(Pictures, "words.jpg"), "This is no picture.");
        File.WriteAllBytes(Path.Combine(Pictures, "noise.png"), RandomBytes(5000));
        File.WriteAllText(Path.Combine(Pictures, "drawing.jpg"), "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
        File.WriteAllBytes(Path.Combine(Pictures, "bomb.png"), PictureBomb.Png(30_000, 30_000));
        // A right picture with a wrong ending is read for what it is.
        DrawnPictures.Draw(_folder["png", "x.png"], 77);
        File.Move(_folder["png", "x.png"], Path.Combine(Pictures, "really-a-png.jpg"));

        var summary = await indexing.IndexAsync(_folder["data"], Pictures);

        Assert.Equal(6, summary.Added);
        Assert.Equal(
            ["bomb.png", "drawing.jpg", "empty.jpg", "noise.png", "truncated.jpg", "words.jpg"],
            summary.Failures.Select(static failure => Path.GetFileName(failure.Path)));
        Assert.All(summary.Failures, static failure => Assert.True(failure.Reason.Length > 15, failure.Reason));
        Assert.Contains("empty", Reason(summary, "empty.jpg"), StringComparison.Ordinal);
        Assert.Contains("pixels", Reason(summary, "bomb.png"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_sidecar_is_named_and_its_picture_indexed_without_it()
    {
        DrawnPictures.DrawMany(Pictures, 3);
        _folder.Write("pictures/0000.jpg.json", "{\"title\": ");
        _folder.Write("pictures/metadata.jsonl", "{\"file\":\"0001.jpg\",\"title\":\"Good\"}\n{\"title\":\"of nobody\"}\nnonsense\n{\"file\":\"0002.jpg\",\"tags\":[1]}\n");

        var summary = await indexing.IndexAsync(_folder["data"], Pictures);

        Assert.Equal(3, summary.Added);
        Assert.Equal(4, summary.Failures.Count);
        Assert.All(summary.Failures, static failure => Assert.Equal(IndexFailureSubject.Metadata, failure.Subject));
        Assert.Contains(summary.Failures, static failure => failure.Reason.Contains("line 3", StringComparison.Ordinal));
        Assert.Equal("Good", indexing.Contents(_folder["data"])["0001.jpg"].Asset.Title);
    }

    [Fact]
    public async Task A_file_that_became_unreadable_leaves_the_index_and_comes_back_when_mended()
    {
        DrawnPictures.DrawMany(Pictures, 3);
        var file = Path.Combine(Pictures, "0001.jpg");
        var whole = File.ReadAllBytes(file);
        await indexing.IndexAsync(_folder["data"], Pictures);

        File.WriteAllText(file, "overwritten by mistake");
        Assert.Single((await indexing.IndexAsync(_folder["data"], Pictures)).Failures);
        Assert.Equal(2, indexing.Contents(_folder["data"]).Count);

        File.WriteAllBytes(file, whole);
        Assert.Equal(1, (await indexing.IndexAsync(_folder["data"], Pictures)).Added);
        Assert.Equal(3, indexing.Contents(_folder["data"]).Count);
    }

    [Fact]
    public async Task A_file_over_the_byte_limit_is_refused_unread()
    {
        DrawnPictures.DrawMany(Pictures, 2);
        var limit = new FileInfo(Path.Combine(Pictures, "0000.jpg")).Length;
        File.WriteAllBytes(Path.Combine(Pictures, "0001.jpg"), RandomBytes((int)limit + 1));
        var summary = await indexing.IndexAsync(_folder["data"], Pictures, limits: new PictureLimits { MaxBytes = limit });
        Assert.Contains($"{limit:N0}", Assert.Single(summary.Failures).Reason, StringComparison.Ordinal);
    }

    [UnprivilegedFact]
    public void A_folder_without_permission_is_named_and_its_pictures_stay()
    {
        DrawnPictures.DrawMany(Pictures, 2);
        DrawnPictures.Draw(_folder["pictures", "closed", "a.jpg"], 3);
        Unprivileged.GiveTo(_folder.Path);
        var first = Unprivileged.Vsearch("index", Pictures, "--data", _folder["data"], "--json");
        Assert.Contains("\"added\": 3", first.Output, StringComparison.Ordinal);

        File.SetUnixFileMode(_folder["pictures", "closed"], UnixFileMode.None);
        var second = Unprivileged.Vsearch("index", Pictures, "--data", _folder["data"], "--strict");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("closed", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("removed", second.Output, StringComparison.Ordinal);
        File.SetUnixFileMode(_folder["pictures", "closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    private static string Reason(IndexSummary summary, string name) => summary.Failures.Single(failure => Path.GetFileName(failure.Path) == name).Reason;

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
