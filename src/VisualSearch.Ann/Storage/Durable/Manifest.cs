using System.Globalization;
using System.Text;

namespace VisualSearch.Ann.Storage.Durable;

/// <summary>
/// What a folder's files are to each other: a few lines of text, read back only if they are, byte for byte, what would be written.
/// <code>
/// VisualSearch index folder, format 1
/// index 0f8fad5b-d9cb-469f-a165-70867728950e     every file of the folder carries it, so that files of two indexes are never mixed
/// dimension 256
/// metric Cosine
/// snapshot 7 1843200 1a2b3c4d                    snapshot-7.hnsw with its length and the CRC-32C of all its bytes
/// covers 12345                                   the snapshot holds the effect of at least the writes up to this one
/// checksum 89abcdef                              CRC-32C of the lines above
/// </code>
/// Replay begins with log 7, the one of the snapshot's number. How the graph is built stands in the snapshot.
/// </summary>
internal sealed record Manifest
{
    public const string FileName = "MANIFEST";

    private const string Start = "VisualSearch index folder, format ";
    private const int CurrentVersion = 1;

    // What is written today takes under 300 bytes.
    private const int MaxBytes = 4096;

    public required Guid Index { get; init; }

    public required int Dimension { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>Of the snapshot, and of the first log to replay.</summary>
    public required long Number { get; init; }

    public required long SnapshotBytes { get; init; }

    public required uint SnapshotChecksum { get; init; }

    /// <summary>The last write before log <see cref="Number"/>.</summary>
    public required long Covers { get; init; }

    /// <summary>Puts the manifest in the place of the old one; before this returns one of the two is there, whatever happens.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(ToText());
        DurableFile.Replace(Path.Combine(folder, FileName), stream => stream.Write(bytes));
    }

    /// <exception cref="CorruptIndexException">It is damaged, or of another format version.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static Manifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (new FileInfo(path).Length > MaxBytes)
            throw Wrong($"it has more than {MaxBytes} bytes.");
        byte[] bytes = File.ReadAllBytes(path);
        string text = Encoding.Latin1.GetString(bytes);
        string[] lines = text.Split('\n');
        if (!lines[0].StartsWith(Start, StringComparison.Ordinal))
            throw Wrong("it does not start as a manifest does.");
        if (int.TryParse(lines[0].AsSpan(Start.Length), NumberStyles.None, null, out int version) && version != CurrentVersion && version < 1000)
            throw new CorruptIndexException(path, $"it has format version {version}, and this program reads version {CurrentVersion}.", "Use the program that wrote it.");
        Manifest? manifest = Parse(lines);
        if (manifest is null || manifest.ToText() != text)
            throw Wrong("its lines are not those that were written.");
        return manifest;

        CorruptIndexException Wrong(string found) => new(path, found, "Restore the folder from a copy.");
    }

    private static Manifest? Parse(string[] lines)
    {
        string[] snapshot = Value("snapshot").Split(' ');
        return snapshot.Length == 3
            && Guid.TryParseExact(Value("index"), "D", out Guid index)
            && int.TryParse(Value("dimension"), NumberStyles.None, null, out int dimension) && dimension is >= 1 and <= VectorInput.MaxDimension
            && Enum.TryParse(Value("metric"), out Metric metric) && Enum.IsDefined(metric)
            && long.TryParse(snapshot[0], NumberStyles.None, null, out long number)
            && long.TryParse(snapshot[1], NumberStyles.None, null, out long bytes)
            && uint.TryParse(snapshot[2], NumberStyles.AllowHexSpecifier, null, out uint checksum)
            && long.TryParse(Value("covers"), NumberStyles.None, null, out long covers)
            ? new Manifest
            {
                Index = index,
                Dimension = dimension,
                Metric = metric,
                Number = number,
                SnapshotBytes = bytes,
                SnapshotChecksum = checksum,
                Covers = covers,
            }
            : null;

        string Value(string name) => lines.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
    }

    private string ToText()
    {
        string lines = string.Create(CultureInfo.InvariantCulture,
            $"{Start}{CurrentVersion}\nindex {Index:D}\ndimension {Dimension}\nmetric {Metric}\n"
            + $"snapshot {Number} {SnapshotBytes} {SnapshotChecksum:x8}\ncovers {Covers}\n");
        return $"{lines}checksum {Crc32C.Compute(Encoding.ASCII.GetBytes(lines)):x8}\n";
    }
}
