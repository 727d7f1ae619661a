using System.Security.Cryptography;
using System.Text;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;
using static VisualSearch.Tests.Models.Registry.HubServer;
using static VisualSearch.Tests.Models.Registry.PullFixture;

namespace VisualSearch.Tests.Models.Registry;

public sealed class ModelPullerTests : IDisposable
{
    private readonly PullFixture _hub = new();
    private readonly string _path = PathOf(Large);

    [Fact]
    public async Task A_model_is_installed_as_a_whole()
    {
        PullResult result = await _hub.PullAsync();
        Assert.False(result.WasInstalled);
        _hub.AssertInstalled();
        ModelManifest manifest = ModelManifest.Load(_hub.Installed);
        Assert.Equal(("paper", "0123456789ab"), (manifest.Name, manifest.Version));
        Assert.Contains(Repository, manifest.Source, StringComparison.Ordinal);
        Assert.True(GoldenCheck.Run(_hub.Installed).IsRight);
        Assert.DoesNotContain(result.Remarks, r => r.Contains("digest", StringComparison.Ordinal));

        int before = _hub.Server.Requests.Count;
        Assert.True((await _hub.PullAsync()).WasInstalled);
        Assert.Equal(before, _hub.Server.Requests.Count);
        Assert.False((await _hub.PullAsync(again: true)).WasInstalled);
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task A_stalled_download_goes_on_from_where_it_was()
    {
        _hub.Server.Play(_path, new Trick { StallAfter = 700_000 }, new Trick { StallAfter = 300_000 });
        await _hub.PullAsync();
        _hub.AssertInstalled();
        string?[] ranges = [.. _hub.Server.Requests.Where(r => r.Path == _path).Select(r => r.Range)];
        Assert.Equal(new string?[] { null, "bytes=700000-", "bytes=1000000-" }, ranges);
    }

    [Fact]
    public async Task A_truncated_download_goes_on_from_where_it_was()
    {
        _hub.Server.Play(_path, new Trick { CutAfter = 1_234_567 });
        await _hub.PullAsync();
        _hub.AssertInstalled();
        Request last = _hub.Server.Requests.Last(r => r.Path == _path);
        Assert.Equal("bytes=1234567-", last.Range);
        Assert.NotNull(last.IfRange);
    }

    [Fact]
    public async Task A_body_that_ends_early_without_a_length_is_noticed()
    {
        _hub.Server.Play(_path, new Trick { CutAfter = 1000, NoLength = true });
        await _hub.PullAsync();
        _hub.AssertInstalled();
        Assert.Equal(2, _hub.Server.Count(_path));
    }

    [Fact]
    public async Task A_damaged_file_is_fetched_again_from_its_beginning()
    {
        _hub.Server.Play(_path, new Trick { DamageAt = 1_999_999 });
        await _hub.PullAsync();
        _hub.AssertInstalled();
        Assert.All(_hub.Server.Requests.Where(r => r.Path == _path), r => Assert.Null(r.Range));
    }

    [Fact]
    public async Task Another_file_than_the_list_says_is_refused_with_both_digests()
    {
        byte[] other = _hub.Bytes(Large);
        other[17] ^= 1;
        _hub.Server.Put(_path, other);
        await _hub.FailsAsync(Sha256(other), Sha256(_hub.Bytes(Large)), "it is another file");
        Assert.Equal(2, _hub.Server.Count(_path));
    }

    [Fact]
    public async Task Another_length_than_the_list_says_is_refused_before_it_is_fetched()
    {
        _hub.Server.Put(_path, [1, 2, 3]);
        await _hub.FailsAsync("has 3 bytes, but 'weights.bin' has 2,097,152: it is another file");
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_all_of_it_again()
    {
        _hub.Server.Play(_path, new Trick { CutAfter = 500_000 }, new Trick { IgnoreRange = true });
        await _hub.PullAsync();
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task A_range_that_was_not_asked_for_is_not_taken()
    {
        _hub.Server.Play(_path, new Trick { CutAfter = 500_000 }, new Trick { RangeOff = 100 });
        await _hub.PullAsync();
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task A_file_that_changed_between_attempts_is_begun_anew()
    {
        // The first half comes from another file under another tag; If-Range keeps the halves apart.
        byte[] old = new byte[2 << 20];
        _hub.Server.Put(_path, old, "\"old\"");
        _hub.Server.Play(_path, new Trick { StallAfter = 900_000 });
        Task<PullResult> pull = _hub.PullAsync();
        while (_hub.Server.Count(_path) == 0 && !pull.IsCompleted)
        {
            await Task.Delay(10);
        }

        _hub.Server.Put(_path, _hub.Bytes(Large), "\"new\"");
        await pull;
        _hub.AssertInstalled();
        Assert.Equal(("bytes=900000-", "\"old\""), (_hub.Server.Requests.Last().Range, _hub.Server.Requests.Last().IfRange));
    }

    [Theory]
    [InlineData(404, "the file was moved or the mirror does not have it", 1)]
    [InlineData(401, "it wants a login", 1)]
    [InlineData(403, "it wants a login", 1)]
    [InlineData(418, "answered 418", 1)]
    public async Task A_refusal_ends_it_at_once(int status, string said, int requests)
    {
        _hub.Server.Play(_path, [.. Enumerable.Repeat(new Trick { Status = status }, 10)]);
        await _hub.FailsAsync(said, _path, status.ToString());
        Assert.Equal(requests, _hub.Server.Count(_path));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_busy_server_is_asked_again(int status)
    {
        _hub.Server.Play(_path, new Trick { Status = status }, new Trick { Status = status, Headers = "Retry-After: 0\r\n" });
        await _hub.PullAsync();
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task A_server_that_stays_down_ends_with_what_to_do_by_hand()
    {
        _hub.Server.Play(_path, [.. Enumerable.Repeat(new Trick { Status = 500 }, 10)]);
        await _hub.FailsAsync("answered 500", "HF_ENDPOINT", _hub.Staging, $"{_hub.Server.Address}{_path}  →  weights.bin", "run the same command again to go on");
        Assert.Equal(3, _hub.Server.Count(_path));

        // By hand: the file is put where the message says.
        File.WriteAllBytes(Path.Combine(_hub.Staging, Large), _hub.Bytes(Large));
        await _hub.PullAsync();
        _hub.AssertInstalled();
        Assert.Equal(3, _hub.Server.Count(_path));
    }

    [Fact]
    public async Task Without_a_network_it_says_what_to_do()
    {
        _hub.Server.GoDown();
        await _hub.FailsAsync("HF_ENDPOINT", _hub.Staging, "→  vocab.json");
    }

    [Fact]
    public async Task A_wrong_file_put_there_by_hand_is_fetched_anew()
    {
        Directory.CreateDirectory(_hub.Staging);
        File.WriteAllBytes(Path.Combine(_hub.Staging, Large), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_hub.Staging, "left-over.txt"), [1, 2, 3]);
        await _hub.PullAsync();
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task A_redirect_is_followed_and_its_announced_digest_checked()
    {
        string digest = Sha256(_hub.Bytes(Large));
        _hub.Entry["files"]![Large]!.AsObject().Remove("sha256");
        _hub.Server.Put("/cdn/large", _hub.Bytes(Large));
        var redirect = new Trick { Status = 302, Headers = $"Location: /cdn/large\r\nX-Linked-ETag: \"{digest}\"\r\n" };
        _hub.Server.Play(_path, redirect, redirect);
        _hub.Server.Play("/cdn/large", new Trick { DamageAt = 5 });
        PullResult result = await _hub.PullAsync();
        _hub.AssertInstalled();
        Assert.Contains(result.Remarks, r => r.StartsWith("weights.bin: no digest was published; checked by the one that the server announced", StringComparison.Ordinal));
        Assert.Equal(2, _hub.Server.Count("/cdn/large"));
    }

    [Fact]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The name that git gives a file is a SHA-1.")]
    public async Task A_small_files_name_in_git_is_checked_too()
    {
        byte[] bytes = _hub.Bytes("merges.txt");
        byte[] blob = [.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes];
        _hub.Entry["files"]!["merges.txt"]!.AsObject().Remove("sha256");
        _hub.Server.Put(PathOf("merges.txt"), bytes, $"\"{Convert.ToHexStringLower(SHA1.HashData(blob))}\"");
        _hub.Server.Play(PathOf("merges.txt"), new Trick { DamageAt = 3 });
        PullResult result = await _hub.PullAsync();
        _hub.AssertInstalled();
        Assert.Contains(result.Remarks, r => r.StartsWith("merges.txt: no digest was published; checked", StringComparison.Ordinal));
        Assert.Equal(2, _hub.Server.Count(PathOf("merges.txt")));
    }

    [Fact]
    public async Task A_file_of_which_nobody_said_anything_is_told_of()
    {
        _hub.Entry["files"]!["merges.txt"]!.AsObject().Remove("sha256");
        PullResult result = await _hub.PullAsync();
        Assert.Contains(result.Remarks, r => r.StartsWith("merges.txt: no digest was published or announced", StringComparison.Ordinal));
        Assert.Equal(Sha256(_hub.Bytes("merges.txt")), ModelManifest.Load(_hub.Installed).Files["merges.txt"]);
    }

    [Fact]
    public async Task Redirects_without_end_or_to_what_is_no_web_address_are_refused()
    {
        _hub.Server.Play(_path, [.. Enumerable.Repeat(new Trick { Status = 302, Headers = $"Location: {_path}\r\n" }, 20)]);
        await _hub.FailsAsync("redirects more than 10 times");
        _hub.Server.Play(_path, [.. Enumerable.Repeat(new Trick { Status = 302, Headers = "Location: file:///etc/passwd\r\n" }, 20)]);
        await _hub.FailsAsync("which is not safe");
    }

    [Fact]
    public async Task A_full_disk_is_told_before_anything_is_fetched()
    {
        string message = (await Assert.ThrowsAsync<ModelException>(() => _hub.PullAsync(free: _ => 1 << 20))).Message;
        Assert.Contains("'paper' needs 2 MiB more", message, StringComparison.Ordinal);
        Assert.Contains("only 1 MiB free", message, StringComparison.Ordinal);
        Assert.Contains("--data", message, StringComparison.Ordinal);
        Assert.Empty(_hub.Server.Requests);
    }

    [Fact]
    public async Task A_model_that_cannot_be_opened_is_not_installed()
    {
        byte[] nonsense = Encoding.ASCII.GetBytes("this is no network");
        _hub.Server.Put(PathOf("text.onnx"), nonsense);
        _hub.Entry["files"]!["text.onnx"] = new System.Text.Json.Nodes.JsonObject { ["path"] = "onnx/text.onnx", ["sha256"] = Sha256(nonsense) };
        await _hub.FailsAsync("ONNX Runtime cannot load", "text.onnx");
    }

    [Fact]
    public async Task A_model_that_does_not_compute_what_was_published_is_not_installed()
    {
        _hub.Entry["published"] = System.Text.Json.Nodes.JsonNode.Parse(
            """{ "source": "a paper", "leading": [{ "text": "b", "values": [0.5, 0.5], "tolerance": 0.01 }] }""");
        await _hub.FailsAsync("does not compute what was published for it", "a paper", "expected [0.5000, 0.5000]", "Nothing was installed");
    }

    [Fact]
    public async Task Two_pulls_of_one_model_at_once_are_refused()
    {
        _hub.Server.Play(_path, new Trick { StallAfter = 1000 });
        Task<PullResult> first = _hub.PullAsync();
        while (_hub.Server.Count(_path) == 0 && !first.IsCompleted)
        {
            await Task.Delay(10);
        }

        Assert.Contains("Another process is pulling 'paper'", (await Assert.ThrowsAsync<ModelException>(() => _hub.PullAsync())).Message, StringComparison.Ordinal);
        await first;
        _hub.AssertInstalled();
    }

    [Fact]
    public async Task Progress_goes_up_to_the_whole()
    {
        var seen = new List<PullProgress>();
        _hub.Server.Play(_path, new Trick { CutAfter = 400_000 });
        await _hub.PullAsync(progress: new Collected(seen));
        long total = Files.Sum(f => (long)_hub.Bytes(f).Length);
        Assert.Equal((total, total), (seen[^1].Done, seen[^1].Total));
        Assert.All(seen, p => Assert.Equal(total, p.Total));
        Assert.Equal(seen.Select(p => p.Done).Order(), seen.Select(p => p.Done));
        Assert.Contains(seen, p => p.Note is not null);
    }

    public void Dispose() => _hub.Dispose();

    private sealed class Collected(List<PullProgress> seen) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => seen.Add(value);
    }
}
