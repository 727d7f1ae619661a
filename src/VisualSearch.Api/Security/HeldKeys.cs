using System.Collections.Frozen;
using System.Security.Cryptography;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Security;

/// <summary>The keys of one moment: those of the key file, and the one of the environment.</summary>
internal sealed class HeldKeys(IReadOnlyList<StoredKey> keys, byte[]? environment, string? fault, bool isNeeded, TimeProvider time)
{
    private readonly FrozenDictionary<string, Held> _held = keys.ToFrozenDictionary(static key => key.Id, static key => new Held(key), StringComparer.Ordinal);

    /// <summary>Whether requests need a key.</summary>
    public bool IsNeeded => isNeeded;

    /// <summary>Why nobody can be let in; null while the keys can be read.</summary>
    public string? Fault => fault;

    /// <summary>Whose key a text is; null when it is nobody's.</summary>
    /// <param name="presented">What came as the key.</param>
    /// <param name="refusal">Why it is nobody's, in words for its sender.</param>
    public Caller? Find(string presented, out string refusal)
    {
        refusal = "This key is not known here.";
        var hash = KeyText.Hash(presented);
        // Hashes have one length, so the comparison takes one time.
        if (environment is not null && CryptographicOperations.FixedTimeEquals(hash, environment)) return Caller.OfEnvironment;
        if (KeyText.IdOf(presented) is not { } id || !_held.TryGetValue(id, out var held)) return null;

        var isPresent = CryptographicOperations.FixedTimeEquals(hash, held.Hash);
        var isReplaced = held.Replaced is not null && CryptographicOperations.FixedTimeEquals(hash, held.Replaced);
        // Only who holds the secret is told what became of the key.
        if (!isPresent && !isReplaced) return null;
        var now = time.GetUtcNow();
        refusal = held.Key.StateAt(now) switch
        {
            KeyState.Revoked => $"Key {id} was revoked.",
            KeyState.Expired => $"Key {id} expired at {held.Key.ExpiresAt:u}.",
            _ when !isPresent && held.Key.Replaced!.Until <= now => $"Key {id} was given a new secret, and this one ended at {held.Key.Replaced.Until:u}.",
            _ => "",
        };
        return refusal.Length == 0 ? new Caller(id, held.Key.Scopes, held.Key.PerMinute ?? StoredKey.DefaultPerMinute) : null;
    }

    private sealed class Held(StoredKey key)
    {
        public StoredKey Key => key;

        public byte[] Hash { get; } = Convert.FromHexString(key.Sha256);

        public byte[]? Replaced { get; } = key.Replaced is { } replaced ? Convert.FromHexString(replaced.Sha256) : null;
    }
}

/// <summary>Who asks, by the key that came.</summary>
/// <param name="Id">The key's id, or what stands for it where none came from the file.</param>
/// <param name="Scopes">What the key allows.</param>
/// <param name="PerMinute">Requests a minute.</param>
internal sealed record Caller(string Id, ApiScope Scopes, int PerMinute)
{
    /// <summary>Stands for the key's id where none is needed.</summary>
    public const string Local = "local";

    /// <summary>Whoever has the environment's key, which has all scopes.</summary>
    public static Caller OfEnvironment { get; } = new(ApiOptions.ApiKeyVariable, ApiScope.Admin, StoredKey.DefaultPerMinute);

    /// <summary>The id of the key that a request came with through the gate.</summary>
    public static string IdOf(HttpContext context) => context.Features.Get<Caller>()?.Id ?? Local;
}
