namespace VisualSearch.Ann.Storage.Durable;

/// <summary>Reads a folder from end to end and lists what is not as it should be.</summary>
internal sealed class FolderVerifier(IndexFolder folder)
{
    private readonly List<IndexFinding> _findings = [];

    public IReadOnlyList<IndexFinding> Verify()
    {
        Manifest? manifest = folder.HasManifest
            ? Try(System.IO.Path.Combine(folder.Path, Manifest.FileName), () => Manifest.Read(folder.Path))
            : null;
        if (!folder.HasManifest)
            Report(FindingKind.Damage, Manifest.FileName, "It is not there, so the folder holds no index that can be opened. Restore the folder from a copy.");
        if (manifest is null)
            return _findings;
        VerifySnapshot(manifest);
        VerifyLogs(manifest);
        HashSet<string> leftovers = [.. folder.Leftovers(manifest)];
        foreach (string file in Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal))
        {
            if (leftovers.Contains(file))
                Report(FindingKind.Leftover, file, "The manifest makes no use of it; the next opening deletes it.");
            else if (!folder.IsPart(file, manifest))
                Report(FindingKind.Leftover, file, "It is no file of an index; move it away if it is not meant to be here.");
        }

        return _findings;
    }

    private void VerifySnapshot(Manifest manifest)
    {
        string path = folder.Snapshot(manifest.Number);
        Try(path, () =>
        {
            // All bytes first, because opening may leave float32 rows unread; then whether they make an index.
            if (File.Exists(path) && IndexFolder.Sum(path) is var (bytes, checksum) && (bytes, checksum) != (manifest.SnapshotBytes, manifest.SnapshotChecksum))
                throw new CorruptIndexException(path, $"its {bytes} bytes have CRC-32C {checksum:x8}, and {manifest.SnapshotBytes} with {manifest.SnapshotChecksum:x8} were written.",
                    "Restore the folder from a copy.");
            Recovery.OpenSnapshot(folder, manifest).Dispose();
            return path;
        });
    }

    private void VerifyLogs(Manifest manifest)
    {
        List<CheckedLog>? logs = Try(folder.Log(manifest.Number), () => Recovery.CheckLogs(folder, manifest, acceptLoss: false, out _));
        if (logs is null)
            return;
        foreach (CheckedLog log in logs)
        {
            if (log.CutBytes > 0)
                Report(FindingKind.TornWrite, log.Path, $"Its last {log.CutBytes} bytes, from byte {log.End} on, are no whole write; the next opening cuts them off.");
            if (!log.IsMarkIntact)
                Report(FindingKind.Damage, log.Path, $"Its mark at byte {LogMark.Offset} does not check out. No write is lost by that; the next opening writes it anew.");
        }
    }

    private T? Try<T>(string file, Func<T> check)
        where T : class
    {
        try
        {
            return check();
        }
        catch (CorruptIndexException damaged)
        {
            Report(FindingKind.Damage, damaged.Path, damaged.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Report(FindingKind.Damage, file, $"It cannot be read: {unreadable.Message}");
        }

        return null;
    }

    private void Report(FindingKind kind, string file, string problem) => _findings.Add(new IndexFinding(kind, System.IO.Path.GetFileName(file), problem));
}
