using System.Text.Json.Serialization;

namespace VisualSearch.Api.Security;

/// <summary>What is kept of a key: everything but the key itself.</summary>
public sealed record StoredKey
{
    /// <summary>Requests a minute of a key that was given no rate: 100 a second, which nobody reaches by looking at the page.</summary>
    public const int DefaultPerMinute = 6000;

    /// <summary>The most requests a minute that a key may be given.</summary>
    public const int MostPerMinute = 600_000;

    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Twelve hexadecimal digits, which also stand in the key.</summary>
    public required string Id { get; init; }

    /// <summary>Who or what has it, in its maker's words; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>What its holder may do.</summary>
    [JsonConverter(typeof(ScopeSetJson))]
    public required ApiScope Scopes { get; init; }

    /// <summary>Requests a minute; null for the server's default.</summary>
    public int? PerMinute { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked; null when it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>SHA-256 of the key, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The secret before the last rotation; null when there is none.</summary>
    public ReplacedSecret? Replaced { get; init; }

    /// <summary>Whether the key may be used.</summary>
    /// <param name="now">When.</param>
    public KeyState StateAt(DateTimeOffset now) => RevokedAt is not null ? KeyState.Revoked : ExpiresAt <= now ? KeyState.Expired : KeyState.Valid;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    internal string? Fault() => this switch
    {
        _ when !KeyText.IsId(Id) => $"'{Id}' is no id of a key",
        _ when !KeyText.IsHash(Sha256) => $"key {Id} has no SHA-256",
        _ when Replaced is { } replaced && !KeyText.IsHash(replaced.Sha256) => $"key {Id} has no SHA-256 of its replaced secret",
        _ when PerMinute is < 1 or > MostPerMinute => $"key {Id} has a rate of {PerMinute}; it must be 1 to {MostPerMinute}",
        _ => null,
    };
}

/// <summary>A secret that was replaced, and for a while still works.</summary>
/// <param name="Sha256">SHA-256 of the key, in hexadecimal digits.</param>
/// <param name="Until">From when on it is refused.</param>
public sealed record ReplacedSecret(string Sha256, DateTimeOffset Until);

/// <summary>Whether a key may be used.</summary>
public enum KeyState
{
    /// <summary>It may.</summary>
    Valid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was revoked.</summary>
    Revoked,
}

/// <summary>What a new key is to be.</summary>
public sealed record NewKey
{
    /// <summary>What its holder may do; at least one scope.</summary>
    public required ApiScope Scopes { get; init; }

    /// <summary>Who or what gets it, up to 100 characters; null for no name.</summary>
    public string? Name { get; init; }

    /// <summary>Requests a minute, 1 to 600,000; null for the server's default.</summary>
    public int? PerMinute { get; init; }

    /// <summary>How long it can be used; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }
}

/// <summary>A key at the only moment when it can be read.</summary>
/// <param name="Stored">What is kept of it.</param>
/// <param name="Key">The key itself.</param>
public sealed record IssuedKey(StoredKey Stored, string Key);
