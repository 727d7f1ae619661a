using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

/// <summary>Whose key a text is, as time goes on.</summary>
public sealed class HeldKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SetClock _clock = new();
    private readonly KeyFile _file;

    public HeldKeysTests() => _file = new KeyFile(_folder["data"], _clock);

    [Fact]
    public void A_key_ends_at_its_time_and_says_so_to_its_holder_alone()
    {
        var issued = _file.Create(new NewKey { Scopes = ApiScope.Search, PerMinute = 7, Lifetime = TimeSpan.FromDays(1) });
        Assert.Equal(new Caller(issued.Stored.Id, ApiScope.Search, 7), Find(issued.Key).Caller);
        _clock.Now += TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1);
        Assert.NotNull(Find(issued.Key).Caller);
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Contains("expired at 2026-11-23", Find(issued.Key).Refusal, StringComparison.Ordinal);

        // Who knows the id only learns nothing.
        Assert.DoesNotContain("expired", Find(issued.Key[..^1] + (issued.Key[^1] == '0' ? '1' : '0')).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replaced_secret_ends_with_its_grace_time_or_with_the_next_rotation()
    {
        var first = _file.Create(new NewKey { Scopes = ApiScope.Admin });
        var second = _file.Rotate(first.Stored.Id, TimeSpan.FromHours(2));
        _clock.Now += TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1);
        Assert.NotNull(Find(first.Key).Caller);
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Contains("given a new secret", Find(first.Key).Refusal, StringComparison.Ordinal);
        Assert.NotNull(Find(second.Key).Caller);

        var third = _file.Rotate(first.Stored.Id, TimeSpan.FromHours(2));
        var fourth = _file.Rotate(first.Stored.Id, TimeSpan.FromHours(2));
        Assert.Equal([false, false, true, true], new[] { first, second, third, fourth }.Select(key => Find(key.Key).Caller is not null));
        _file.Revoke(first.Stored.Id);
        Assert.All(new[] { third, fourth }, key => Assert.Null(Find(key.Key).Caller));
    }

    [Fact]
    public void Only_the_whole_key_is_the_key()
    {
        var issued = _file.Create(new NewKey { Scopes = ApiScope.Search });
        var key = issued.Key;
        var near = Enumerable.Range(0, key.Length).Select(i => key[..i] + (char)(key[i] ^ 1) + key[(i + 1)..]).Concat([key[..^1], key + "0", key.ToUpperInvariant(), issued.Stored.Sha256, issued.Stored.Id, ""]);
        Assert.All(near, wrong => Assert.Null(Find(wrong).Caller));
        Assert.NotNull(Find(key).Caller);
    }

    [Fact]
    public void Scopes_allow_what_they_name_and_admin_all()
    {
        var all = new[] { ApiScope.Search, ApiScope.Ingest, ApiScope.Admin };
        Assert.All(all, static needed => Assert.True(ApiScope.Admin.Allow(needed)));
        Assert.Equal([true, false, false], all.Select(static needed => ApiScope.Search.Allow(needed)));
        Assert.Equal([false, true, false], all.Select(static needed => ApiScope.Ingest.Allow(needed)));
        Assert.Equal([true, true, false], all.Select(static needed => (ApiScope.Search | ApiScope.Ingest).Allow(needed)));
        Assert.Equal(ApiScope.Search | ApiScope.Admin, ApiScopes.Parse(["Admin", "search"]));
        Assert.Null(ApiScopes.Parse(["search", "none"]));
        Assert.Null(ApiScopes.Parse([]));
    }

    [Fact]
    public void Addresses_share_a_fixed_number_of_buckets_and_an_IPv6_network_one()
    {
        using var limits = new RateLimits();
        var attacker = System.Net.IPAddress.Parse("2001:db8:1:2::1");
        for (var tries = 0; tries < 300 && limits.PauseAfterFailures(attacker) is null; tries++) limits.CountFailure(attacker);
        Assert.NotNull(limits.CountFailure(System.Net.IPAddress.Parse("2001:db8:1:2:ffff::9")));
        // One of them may share the bucket by chance; not all.
        Assert.Contains(Enumerable.Range(3, 8), network => limits.PauseAfterFailures(System.Net.IPAddress.Parse($"2001:db8:1:{network}::1")) is null);
    }

    public void Dispose() => _folder.Dispose();

    private (Caller? Caller, string Refusal) Find(string key)
    {
        var caller = new HeldKeys(_file.Read(), null, null, true, _clock).Find(key, out var refusal);
        return (caller, refusal);
    }
}
