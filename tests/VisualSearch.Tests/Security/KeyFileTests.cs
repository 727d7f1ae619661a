using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

public sealed class KeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SetClock _clock = new();
    private readonly KeyFile _file;

    public KeyFileTests() => _file = new KeyFile(_folder["data"], _clock);

    /// <summary>Contents that a key file may come to have, and that must not be taken for keys.</summary>
    internal static IEnumerable<string> Damages(string whole)
    {
        foreach (var text in new[] { "", "{", "null", "[]", """{"format":1}""", """{"format":1,"keys":null}""", """{"format":2,"keys":[]}""", """{"format":1,"keys":[null]}""" }) yield return text;
        yield return whole[..(whole.Length / 2)];
        foreach (var change in (Action<JsonObject>[])
        [
            static content => content["onlyFrom"] = "10.0.0.0/8",
            static content => content["keys"]!.AsArray().Add(content["keys"]![0]!.DeepClone()),
            static content => content["keys"]![0]!["scopes"] = new JsonArray("search", "everything"),
            static content => content["keys"]![0]!["scopes"] = new JsonArray(),
            static content => content["keys"]![0]!["scopes"] = 4,
            static content => content["keys"]![0]!["sha256"] = "00",
            static content => content["keys"]![0]!["sha256"] = null,
            static content => content["keys"]![0]!.AsObject().Remove("scopes"),
            static content => content["keys"]![0]!["id"] = "../../etc",
            static content => content["keys"]![0]!["perMinute"] = 0,
            static content => content["keys"]![0]!["replaced"] = new JsonObject { ["sha256"] = "x", ["until"] = "2026-11-22T12:00:00+00:00" },
        ])
        {
            var content = JsonNode.Parse(whole)!.AsObject();
            change(content);
            yield return content.ToJsonString();
        }
    }

    [Fact]
    public void A_key_can_be_told_and_found_and_is_kept_as_its_SHA_256_alone()
    {
        var issued = _file.Create(new NewKey { Scopes = ApiScope.Search | ApiScope.Ingest, Name = "  the shop ", PerMinute = 600, Lifetime = TimeSpan.FromDays(2) });
        Assert.Matches($"^vsk_{issued.Stored.Id}_[0-9a-f]{{64}}$", issued.Key);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(issued.Key))), issued.Stored.Sha256);
        var text = File.ReadAllText(_file.Path);
        Assert.DoesNotContain(issued.Key[^64..], text, StringComparison.Ordinal);
        Assert.Equal(issued.Stored, Assert.Single(_file.Read()));
        Assert.Equal(("the shop", _clock.Now.AddDays(2)), (issued.Stored.Name, issued.Stored.ExpiresAt));

        var other = _file.Create(new NewKey { Scopes = ApiScope.Admin });
        Assert.NotEqual(issued.Key[^64..], other.Key[^64..]);
        Assert.Equal([issued.Stored, other.Stored], _file.Read());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));
    }

    [Fact]
    public void Damage_is_an_error_that_names_the_file_and_changes_nothing()
    {
        Assert.Empty(_file.Read());
        var key = _file.Create(new NewKey { Scopes = ApiScope.Search }).Stored;
        foreach (var damage in Damages(File.ReadAllText(_file.Path)))
        {
            File.WriteAllText(_file.Path, damage);
            Assert.Contains(_file.Path, Assert.Throws<KeyException>(() => _file.Read()).Message, StringComparison.Ordinal);
            Assert.Throws<KeyException>(() => _file.Create(new NewKey { Scopes = ApiScope.Admin }));
            Assert.Throws<KeyException>(() => _file.Revoke(key.Id));
            Assert.Equal(damage, File.ReadAllText(_file.Path));
        }
    }

    [Fact]
    public async Task Many_writers_at_once_lose_no_key()
    {
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5).Select(_ => new KeyFile(_folder["data"]).Create(new NewKey { Scopes = ApiScope.Search }).Stored.Id).ToArray()));
        var made = (await Task.WhenAll(writers)).SelectMany(static ids => ids).ToArray();
        Assert.Equal(made.Order(), _file.Read().Select(static key => key.Id).Order());
    }

    [Fact]
    public void What_a_killed_writer_left_beside_the_file_is_neither_read_nor_in_the_way()
    {
        var first = _file.Create(new NewKey { Scopes = ApiScope.Search }).Stored;
        File.WriteAllText(_file.Path + ".new", """{"format":1,"ke""");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_file.Path + ".new", (UnixFileMode)0b110_110_110);
        Assert.Equal([first], _file.Read());
        var second = _file.Create(new NewKey { Scopes = ApiScope.Search }).Stored;
        Assert.Equal([first, second], _file.Read());
        Assert.False(File.Exists(_file.Path + ".new"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));
    }

    [Fact]
    public void Revoking_and_rotating_say_what_cannot_be_done()
    {
        var key = _file.Create(new NewKey { Scopes = ApiScope.Search, Lifetime = TimeSpan.FromDays(1) });
        var rotated = _file.Rotate(key.Stored.Id, TimeSpan.FromHours(24));
        Assert.Equal(key.Stored with { Sha256 = rotated.Stored.Sha256, Replaced = new ReplacedSecret(key.Stored.Sha256, _clock.Now.AddHours(24)) }, rotated.Stored);
        Assert.Contains("vsearch keys list", Assert.Throws<KeyException>(() => _file.Revoke("000000000000")).Message, StringComparison.Ordinal);
        Assert.Throws<KeyException>(() => _file.Rotate("nonsense", TimeSpan.Zero));

        _clock.Now += TimeSpan.FromDays(1);
        Assert.Contains("is expired", Assert.Throws<KeyException>(() => _file.Rotate(key.Stored.Id, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        var revoked = _file.Revoke(key.Stored.Id);
        Assert.Null(revoked.Replaced);
        _clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(revoked, _file.Revoke(key.Stored.Id));
        Assert.Contains("is revoked", Assert.Throws<KeyException>(() => _file.Rotate(key.Stored.Id, TimeSpan.Zero)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_could_not_be_meant_are_not_made()
    {
        foreach (var wrong in new NewKey[]
        {
            new() { Scopes = ApiScope.None },
            new() { Scopes = ApiScope.Search, PerMinute = 0 },
            new() { Scopes = ApiScope.Search, PerMinute = StoredKey.MostPerMinute + 1 },
            new() { Scopes = ApiScope.Search, Lifetime = TimeSpan.Zero },
            new() { Scopes = ApiScope.Search, Name = new string('a', 101) },
            new() { Scopes = ApiScope.Search, Name = "a\u001b[31mb" },
        })
        {
            Assert.Throws<KeyException>(() => _file.Create(wrong));
        }

        Assert.False(_file.Exists);
    }

    public void Dispose() => _folder.Dispose();
}
