using System.Text.Json;

namespace VisualSearch.Api.Security;

/// <summary>
/// When each key was last used, to the minute, in a file of its own beside the keys'. The audit log can't tell, as most keys only read; and
/// what is written at every request would cost a write per search.
/// </summary>
public static class LastUse
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "api-keys.used.json";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The last use of each key that was ever used, by id.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <exception cref="KeyException">The file can't be read.</exception>
    public static IReadOnlyDictionary<string, DateTimeOffset> Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Dictionary<string, DateTimeOffset>();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"The file '{path}' can't be read: {error.Message} It only says when keys were last used: delete it.", error);
        }
    }

    /// <summary>Adds what one server saw; others of the same data folder do so too, and the latest counts.</summary>
    internal static void Merge(string dataFolder, IReadOnlyDictionary<string, DateTimeOffset> seen)
    {
        var path = Path.Combine(dataFolder, FileName);
        using var alone = PrivateFile.Lock(Path.ChangeExtension(path, ".lock"), Patience);
        var merged = new SortedDictionary<string, DateTimeOffset>(Read(dataFolder).ToDictionary(), StringComparer.Ordinal);
        foreach (var (id, at) in seen)
        {
            if (!merged.TryGetValue(id, out var before) || before < at) merged[id] = at;
        }

        PrivateFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(merged));
    }
}
