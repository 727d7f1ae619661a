using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Api.Security;

/// <summary>
/// The keys of a data folder, in one JSON file (mode 600) that is replaced as a whole under a lock. While the file is there, the API asks
/// for keys; revoked ones stay in it, so that revoking the last one doesn't open the API.
/// </summary>
public sealed class KeyFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "api-keys.json";

    private const int Format = 1;

    // A change takes milliseconds; who holds the lock for longer hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A member of a newer version that was dropped in silence could be a restriction.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    private readonly TimeProvider _time;

    /// <summary>Looks at a data folder, which need not exist yet.</summary>
    /// <param name="dataFolder">The data folder, such as <c>~/.visualsearch</c>.</param>
    /// <param name="time">What the clock says; the system's when null.</param>
    public KeyFile(string dataFolder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataFolder), FileName);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The file's absolute path.</summary>
    public string Path { get; }

    /// <summary>Whether the file is there, and keys are asked for.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>All keys in the order they were made; none where there is no file.</summary>
    /// <exception cref="KeyException">The file is damaged, can't be read, or anybody may write it.</exception>
    public IReadOnlyList<StoredKey> Read()
    {
        try
        {
            return Parse(File.ReadAllBytes(Path));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Damaged(error.Message, error);
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="wanted">What it is to be.</param>
    /// <returns>The key, which can't be read again later.</returns>
    /// <exception cref="KeyException">A value can't be used, or the file can't be read or written.</exception>
    public IssuedKey Create(NewKey wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (wanted.Scopes.Words().Count == 0) throw new KeyException($"A key needs at least one scope: {ApiScopes.Known}.");
        if (wanted.PerMinute is < 1 or > StoredKey.MostPerMinute) throw new KeyException($"A rate of {wanted.PerMinute} requests a minute is outside 1 to {StoredKey.MostPerMinute}.");
        if (wanted.Lifetime <= TimeSpan.Zero) throw new KeyException("A key that has expired before it is made is of no use; give a time above 0.");
        if (wanted.Name is { } name && (name.Length > StoredKey.LongestName || name.Any(char.IsControl)))
            throw new KeyException($"The name of a key has up to {StoredKey.LongestName} characters, and none that can't be printed.");

        return Change(keys =>
        {
            string id;
            do id = KeyText.NewId();
            while (keys.Exists(key => key.Id == id));
            var key = KeyText.New(id);
            var stored = new StoredKey
            {
                Id = id,
                Name = string.IsNullOrWhiteSpace(wanted.Name) ? null : wanted.Name.Trim(),
                Scopes = wanted.Scopes,
                PerMinute = wanted.PerMinute,
                CreatedAt = Now(),
                ExpiresAt = wanted.Lifetime is { } lifetime ? Now() + lifetime : null,
                Sha256 = HashOf(key),
            };
            keys.Add(stored);
            return new IssuedKey(stored, key);
        });
    }

    /// <summary>Ends a key for good, also a secret of it that a rotation left alive. One that was revoked before stays as it is.</summary>
    /// <param name="id">The key's id.</param>
    /// <exception cref="KeyException">There is none of this id, or the file can't be read or written.</exception>
    public StoredKey Revoke(string id) => Change(keys =>
    {
        var place = Find(keys, id);
        if (keys[place].RevokedAt is null) keys[place] = keys[place] with { RevokedAt = Now(), Replaced = null };
        return keys[place];
    });

    /// <summary>Gives a key a new secret under the same id, scopes, rate and end. The secret before the last one, if it still lived, ends now.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="grace">How long the present secret still works.</param>
    /// <returns>The key, which can't be read again later.</returns>
    /// <exception cref="KeyException">There is none of this id, it is revoked or expired, or the file can't be read or written.</exception>
    public IssuedKey Rotate(string id, TimeSpan grace) => Change(keys =>
    {
        if (grace < TimeSpan.Zero) throw new KeyException($"A grace time of {grace.TotalHours:0.##} hours is below 0.");
        var place = Find(keys, id);
        if (keys[place].StateAt(Now()) is not KeyState.Valid and var state)
            throw new KeyException($"Key {id} is {state.ToString().ToLowerInvariant()}, and no new secret mends that. Make a new key: vsearch keys create --scopes {string.Join(',', keys[place].Scopes.Words())}");
        var key = KeyText.New(id);
        keys[place] = keys[place] with { Sha256 = HashOf(key), Replaced = grace > TimeSpan.Zero ? new ReplacedSecret(keys[place].Sha256, Now() + grace) : null };
        return new IssuedKey(keys[place], key);
    });

    private static int Find(List<StoredKey> keys, string id)
    {
        var place = keys.FindIndex(key => key.Id == id);
        return place >= 0 ? place : throw new KeyException($"There is no key '{id}'. An id is the 12 characters after 'vsk_' of a key; see: vsearch keys list");
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(KeyText.Hash(key));

    // Whole seconds, as people read them.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());

    private T Change<T>(Func<List<StoredKey>, T> change)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using var alone = PrivateFile.Lock(System.IO.Path.ChangeExtension(Path, ".lock"), Patience);
            var keys = Read().ToList();
            var result = change(keys);
            PrivateFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(new Content(Format, keys), Json));
            return result;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"The keys in '{Path}' can't be changed: {error.Message} Run this as the owner of the data folder, while nobody else changes keys.", error);
        }
    }

    private IReadOnlyList<StoredKey> Parse(byte[] bytes)
    {
        // Only this bit: a volume that Kubernetes mounts for a group is writable by that group, and no fault.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(Path).HasFlag(UnixFileMode.OtherWrite))
            throw Damaged($"Anybody on this machine may write it, and so add a key. Make sure that nobody did, then: chmod 600 '{Path}'");
        var content = JsonSerializer.Deserialize<Content>(bytes, Json) ?? throw Damaged("It says 'null'.");
        if (content.Format != Format) throw Damaged($"It has format {content.Format}, and this version reads {Format}.");
        if (content.Keys.Any(static key => key is null)) throw Damaged("One of its keys is 'null'.");
        if (content.Keys.Select(static key => key.Fault()).FirstOrDefault(static fault => fault is not null) is { } fault) throw Damaged($"{fault}.");
        if (content.Keys.CountBy(static key => key.Id).FirstOrDefault(static id => id.Value > 1).Key is { } twice) throw Damaged($"The id {twice} is there twice.");
        return content.Keys;
    }

    private KeyException Damaged(string reason, Exception? inner = null) => new(
        $"The key file '{Path}' can't be used: {reason} Until that is mended, the API lets nobody in. Restore the file, or delete it and make new keys: vsearch keys create --scopes search", inner);

    private sealed record Content(int Format, IReadOnlyList<StoredKey> Keys);
}
