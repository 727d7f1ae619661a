using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Indexer.Metadata;

/// <summary>
/// Finds a picture's metadata: <c>name.jpg.json</c> beside it, else its line in the folder's <c>metadata.jsonl</c>.
/// Both hold an object with <c>title</c>, <c>tags</c> (an array of strings, or one comma-separated string), <c>text</c> and any
/// further scalar members; a line of <c>metadata.jsonl</c> also says which <c>file</c> it is about.
/// </summary>
/// <remarks>A folder's <c>metadata.jsonl</c> is read once. Not for use by several threads at once.</remarks>
/// <param name="onFailure">Told of every sidecar, or line of one, that can't be used.</param>
public sealed class SidecarReader(Action<IndexFailure> onFailure)
{
    /// <summary>The longest sidecar that is read: 4 MiB, far above any description, so that a mis-named file can't fill memory.</summary>
    public const long MaxSidecarBytes = 4 << 20;

    private string? _folder;
    private Dictionary<string, PictureMetadata> _lines = [];
    private HashSet<string> _sidecars = [];

    /// <summary>The metadata of one picture, or <see cref="PictureMetadata.None"/>.</summary>
    /// <param name="path">The picture's absolute path.</param>
    public PictureMetadata Read(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (folder != _folder) EnterFolder(folder);
        var name = Path.GetFileName(path);
        if (_sidecars.Contains(name + ".json")) return ReadSidecar(path + ".json");
        return _lines.GetValueOrDefault(name, PictureMetadata.None);
    }

    private void EnterFolder(string folder)
    {
        _folder = folder;
        _lines = [];
        _sidecars = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sidecar in Directory.EnumerateFiles(folder, "*.json")) _sidecars.Add(Path.GetFileName(sidecar));
        var list = Path.Combine(folder, "metadata.jsonl");
        if (File.Exists(list)) ReadLines(list);
    }

    private void ReadLines(string list)
    {
        try
        {
            var number = 0;
            foreach (var line in File.ReadLines(list))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line)) continue;
                try
                {
                    using var document = JsonDocument.Parse(line);
                    var root = document.RootElement;
                    if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("file", out var file) || file.ValueKind != JsonValueKind.String)
                    {
                        throw new FormatException("it must be an object with a string member \"file\"");
                    }

                    _lines[file.GetString()!] = Parse(root, Encoding.UTF8.GetBytes(line));
                }
                catch (Exception error) when (error is JsonException or FormatException)
                {
                    Report(list, $"line {number} is left out: {error.Message}");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(list, $"it can't be read: {error.Message}");
        }
    }

    private PictureMetadata ReadSidecar(string sidecar)
    {
        try
        {
            var length = new FileInfo(sidecar).Length;
            if (length > MaxSidecarBytes) throw new FormatException($"it has {length:N0} bytes, more than the {MaxSidecarBytes:N0} allowed");
            var bytes = File.ReadAllBytes(sidecar);
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("it must hold one JSON object");
            return Parse(document.RootElement, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            Report(sidecar, $"the picture is indexed without it: {error.Message}");
            return PictureMetadata.None;
        }
    }

    private void Report(string path, string reason) => onFailure(new IndexFailure(path, reason, IndexFailureSubject.Metadata));

    private static PictureMetadata Parse(JsonElement root, byte[] bytes)
    {
        string? title = null, text = null;
        IReadOnlyList<string> tags = [];
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "file": break;
                case "title": title = Text(member); break;
                case "text": text = Text(member); break;
                case "tags": tags = Tags(member.Value); break;
                default:
                    if (FieldValue.TryFrom(member.Value, out var value)) fields[member.Name] = value;
                    else if (member.Value.ValueKind != JsonValueKind.Null) throw new FormatException($"\"{member.Name}\" must be a string, a number or a boolean");
                    break;
            }
        }

        return new PictureMetadata { Title = title, Tags = tags, Text = text, Fields = fields, Digest = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16)) };
    }

    private static string? Text(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString(),
        JsonValueKind.Null => null,
        _ => throw new FormatException($"\"{member.Name}\" must be a string"),
    };

    private static string[] Tags(JsonElement value)
    {
        var tags = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            JsonValueKind.Array => value.EnumerateArray().Select(static tag => tag.ValueKind == JsonValueKind.String
                ? tag.GetString()!.Trim()
                : throw new FormatException("\"tags\" must hold strings only")).Where(static tag => tag.Length > 0).ToArray(),
            JsonValueKind.Null => [],
            _ => throw new FormatException("\"tags\" must be an array of strings"),
        };
        return tags.Distinct(StringComparer.Ordinal).ToArray();
    }
}
