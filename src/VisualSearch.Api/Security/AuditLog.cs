using System.Text.Json;

namespace VisualSearch.Api.Security;

/// <summary>What is written of a request that changes something.</summary>
/// <param name="Time">When it came.</param>
/// <param name="Key">The id of the key it came with; <c>local</c> where none is needed.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Collection">The collection; null where the path names none.</param>
internal sealed record AuditedRequest(DateTimeOffset Time, string Key, string Method, string Path, string? Collection);

/// <summary>
/// The log of writes, <c>audit.jsonl</c> in the data folder: one JSON line a request, which is on the disk before the request is
/// carried out and gets its outcome in place afterwards, so that neither a full disk nor a kill leaves a write unseen. A line whose status is
/// null belongs to a request that was begun and is under way, or was cut off.
/// </summary>
/// <remarks>
/// A file that would grow over 16 MiB becomes <c>audit.1.jsonl</c>, the one before <c>audit.2.jsonl</c>, and so on to 8: 144 MiB in all, some
/// 400,000 writes; older ones are deleted.
/// </remarks>
internal sealed class AuditLog(string dataFolder, long mostBytes = AuditLog.MostBytes)
{
    public const string FileName = "audit.jsonl";

    public const long MostBytes = 16L << 20;

    /// <summary>How many full files are kept beside the one that is written.</summary>
    public const int Kept = 8;

    // Others hold the lock for as long as it takes to append a line.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _path = Path.Combine(Path.GetFullPath(dataFolder), FileName);
    private readonly Lock _gate = new();

    /// <summary>Writes down that a request is about to be carried out.</summary>
    /// <exception cref="AuditLogException">That can't be written, so it must not be carried out.</exception>
    public AuditEntry Begin(AuditedRequest request)
    {
        try
        {
            var entry = AuditEntry.Prepare(request);
            lock (_gate)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
                // Between processes too: two servers may share a data folder.
                using var alone = PrivateFile.Lock(Path.ChangeExtension(_path, ".lock"), Patience);
                Rotate(entry.Length);
                entry.Append(new FileStream(_path, PrivateFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)));
            }

            entry.Flush();
            return entry;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AuditLogException($"The audit log '{_path}' can't be written: {error.Message}", error);
        }
    }

    private void Rotate(int coming)
    {
        var present = new FileInfo(_path);
        if (!present.Exists || present.Length == 0 || present.Length + coming <= mostBytes) return;
        for (var number = Kept - 1; number >= 0; number--)
        {
            if (File.Exists(Numbered(number))) File.Move(Numbered(number), Numbered(number + 1), overwrite: true);
        }
    }

    private string Numbered(int number) => number == 0 ? _path : Path.ChangeExtension(_path, $".{number}.jsonl");
}

/// <summary>One line of the audit log, from before its request is carried out until its outcome is known.</summary>
internal sealed class AuditEntry : IDisposable
{
    // For the outcome: status, bytes (19 digits at most), and the ids of some assets.
    private const int Room = 160;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly AuditedRequest _request;
    private readonly int _length;
    private readonly List<long> _assets = [];
    private FileStream? _file;
    private long _place;

    private AuditEntry(AuditedRequest request, int length) => (_request, _length) = (request, length);

    /// <summary>The line's length in bytes, with its end.</summary>
    public int Length => _length + 1;

    public static AuditEntry Prepare(AuditedRequest request) => new(request, Text(request, [], null, null).Length + Room);

    /// <summary>Notes an asset that the request made or removed.</summary>
    public void Touch(long assetId)
    {
        if (!_assets.Contains(assetId)) _assets.Add(assetId);
    }

    /// <summary>Takes a file, and a line at its end. The caller holds the lock.</summary>
    public void Append(FileStream file)
    {
        _file = file;
        var end = file.Length;
        try
        {
            Span<byte> last = stackalloc byte[1];
            // A line that was cut off by a full disk stays as it is, and spoils no other.
            var isCut = end > 0 && RandomAccess.Read(file.SafeFileHandle, last, end - 1) == 1 && last[0] != (byte)'\n';
            _place = isCut ? end + 1 : end;
            byte[] line = [.. Line(null, null), (byte)'\n'];
            RandomAccess.Write(file.SafeFileHandle, isCut ? [(byte)'\n', .. line] : line, end);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the line is on the disk.</summary>
    public void Flush()
    {
        try
        {
            _file!.Flush(flushToDisk: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes the outcome into the line's place, once.</summary>
    /// <param name="status">The HTTP status that the request is answered with.</param>
    /// <param name="bytes">How many bytes of its body were read.</param>
    /// <exception cref="IOException">It can't be written; the line stays, without outcome.</exception>
    public void Finish(int status, long bytes)
    {
        if (_file is not { } file) return;
        using (this) RandomAccess.Write(file.SafeFileHandle, Line(status, bytes), _place);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static byte[] Text(AuditedRequest request, IReadOnlyList<long> assets, int? status, long? bytes) => JsonSerializer.SerializeToUtf8Bytes(
        new { request.Time, request.Key, request.Method, request.Path, request.Collection, assets, status, bytes }, Json);

    // Of one length from first to last, so that the outcome needs no room that a full disk lacks; blanks at the end are no part of JSON.
    private byte[] Line(int? status, long? bytes)
    {
        var shown = _assets.Count;
        byte[] text;
        do text = Text(_request, [.. _assets.Take(shown)], status, bytes);
        while (text.Length > _length && shown-- > 0);
        var line = new byte[_length];
        line.AsSpan().Fill((byte)' ');
        text.CopyTo(line, 0);
        return line;
    }
}

/// <summary>The audit log can't be written.</summary>
internal sealed class AuditLogException(string message, Exception inner) : Exception(message, inner);
