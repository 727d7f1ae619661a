using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>
/// Installs a model of the registry: fetches its files into a folder of their own, checks them, writes <c>model.json</c> and
/// <c>golden.json</c>, and gives the whole folder its name at the end. A model is so installed as a whole or not at all, and a pull that
/// was stopped or killed goes on where it was.
/// </summary>
/// <param name="library">Where to.</param>
/// <param name="endpoint">Address of the hub.</param>
/// <param name="options">How patient; null for the defaults.</param>
public sealed class ModelPuller(ModelLibrary library, Uri endpoint, DownloadOptions? options = null)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly DownloadOptions _options = options ?? new DownloadOptions();

    /// <summary>How many bytes are free in a folder; tests say something else.</summary>
    internal Func<string, long> FreeSpace { get; init; } = static folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>Installs a model.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="again">Whether to do so although it is installed; it stays until the new one is whole.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="cancellation">Stops it; what has arrived is kept.</param>
    /// <exception cref="ModelException">It could not be had, or is not what it should be; the message says what to do. Nothing was installed.</exception>
    public async Task<PullResult> PullAsync(
        RegistryEntry entry, bool again = false, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string folder = library.FolderOf(entry.Name);
        if (!again && library.IsInstalled(entry.Name))
        {
            return new PullResult(entry.Name, folder, WasInstalled: true, []);
        }

        string staging = Path.Combine(library.Folder, $".pull-{entry.Name}");
        Directory.CreateDirectory(staging);
        string lockPath = staging + ".lock";
        FileStream held = Lock(lockPath, entry.Name);
        await using (held.ConfigureAwait(false))
        {
            var remarks = new List<string>();
            CheckSpace(entry, staging);
            var digests = await FetchAsync(entry, staging, remarks, progress, cancellation).ConfigureAwait(false);
            RemoveOthers(entry, staging);
            try
            {
                WriteManifest(entry, staging, digests);
                remarks.AddRange(Check(entry, staging));
            }
            catch (ModelException)
            {
                // The files stay for another try; without a manifest nothing takes the folder for a model.
                File.Delete(Path.Combine(staging, ModelManifest.FileName));
                throw;
            }

            Install(staging, folder);
            return new PullResult(entry.Name, folder, WasInstalled: false, remarks);
        }
    }

    private static FileStream Lock(string path, string name)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new ModelException($"Another process is pulling '{name}' already ({e.Message}). Wait for it, or stop it.", e);
        }
    }

    private void CheckSpace(RegistryEntry entry, string staging)
    {
        long missing = entry.Files.Sum(f =>
        {
            string path = Path.Combine(staging, f.Name);
            return File.Exists(path) ? 0 : Math.Max(0, (f.Bytes ?? 0) - new PartFile(path).Length);
        });
        long free = FreeSpace(staging);
        if (missing > 0 && free < missing + _options.ReserveBytes)
        {
            throw new ModelException(
                $"'{entry.Name}' needs {Mebibytes(missing)} more in '{library.Folder}', but the disk has only {Mebibytes(free)} free. "
                + "Free some, or name a data folder on another disk with --data.");
        }
    }

    private async Task<Dictionary<string, string>> FetchAsync(
        RegistryEntry entry, string staging, List<string> remarks, IProgress<PullProgress>? progress, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"VisualSearch/{typeof(ModelPuller).Assembly.GetName().Version}");
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        var meter = new Meter(entry.Bytes, progress);
        foreach (RegistryFile file in entry.Files)
        {
            meter.Begin(file.Name);
            var download = new FileDownload(client, _options, FreeSpace) { Progress = meter.Report, Retrying = meter.Note };
            Uri address = file.Address(endpoint);
            try
            {
                (string sha256, bool wasChecked) = await download.RunAsync(
                    address, Path.Combine(staging, file.Name), file, cancellation).ConfigureAwait(false);
                digests[file.Name] = sha256;
                if (file.Sha256 is null)
                {
                    remarks.Add(wasChecked
                        ? $"{file.Name}: no digest was published; checked by the one that the server announced, and kept in model.json."
                        : $"{file.Name}: no digest was published or announced; the one it has now is kept in model.json.");
                }
            }
            catch (DownloadFault e)
            {
                throw new ModelException(e.IsPassing ? $"{e.Message}. {ByHand(entry, staging)}" : e.Message, e);
            }
        }

        return digests;
    }

    // What somebody without a network, or behind a wall, can do.
    private string ByHand(RegistryEntry entry, string staging)
    {
        var text = new StringBuilder();
        text.Append("Nothing was installed; what has arrived is kept, so run the same command again to go on. If this machine has no way there, set ")
            .Append(ModelRegistry.EndpointVariable).Append(" to a mirror, or fetch these files elsewhere, put them into '").Append(staging)
            .Append("' and run the command again:");
        foreach (RegistryFile file in entry.Files.Where(f => !File.Exists(Path.Combine(staging, f.Name))))
        {
            text.Append("\n  ").Append(file.Address(endpoint)).Append("  →  ").Append(file.Name);
        }

        return text.ToString();
    }

    internal static void WriteManifest(RegistryEntry entry, string staging, Dictionary<string, string> digests)
    {
        RegistryFile main = entry.Files[^1];
        var manifest = new JsonObject
        {
            ["name"] = entry.Name,
            ["version"] = main.Revision.Length > 12 ? main.Revision[..12] : main.Revision,
        };
        foreach ((string key, JsonNode? value) in entry.Model)
        {
            manifest[key] = value?.DeepClone();
        }

        manifest["source"] ??= $"{main.Repository} at {main.Revision}";
        manifest["files"] = new JsonObject(digests.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value)));
        File.WriteAllText(Path.Combine(staging, ModelManifest.FileName), manifest.ToJsonString(Indented) + "\n");
    }

    private static void RemoveOthers(RegistryEntry entry, string staging)
    {
        foreach (string path in Directory.EnumerateFiles(staging))
        {
            if (entry.Files.All(f => f.Name != Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    // It must open and compute; what it computes now is kept, so that later damage shows, and is compared with what others published.
    private static string[] Check(RegistryEntry entry, string staging)
    {
        GoldenFile.Record(staging, entry.Published);
        GoldenReport report = GoldenCheck.Run(staging);
        GoldenResult[] wrong = [.. report.Results.Where(r => !r.IsRight)];
        if (wrong.Length > 0)
        {
            throw new ModelException(
                $"'{entry.Name}' does not compute what was published for it ({report.Origin}): {string.Join("; ", wrong.Select(w => $"{w.Name}: {w.Found}"))}. "
                + $"Nothing was installed. The files lie in '{staging}'; a newer version of this program may know the model better.");
        }

        return [$"{report.Results.Count} golden vectors are right: {report.Origin}."];
    }

    private static void Install(string staging, string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.Move(staging, folder);
            return;
        }

        // No folder can be put in another's place in one step: the old one steps aside first.
        string old = Path.Combine(Path.GetDirectoryName(folder)!, $".old-{Guid.NewGuid():n}");
        Directory.Move(folder, old);
        Directory.Move(staging, folder);
        Directory.Delete(old, recursive: true);
    }

    private static string Mebibytes(long bytes) => $"{bytes / 1048576.0:N0} MiB";

    /// <summary>Counts what arrives, and how fast.</summary>
    private sealed class Meter(long total, IProgress<PullProgress>? progress)
    {
        private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

        private readonly Queue<(TimeSpan At, long Done)> _recent = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private string _file = "";
        private long _before;
        private long _current;

        public void Begin(string file)
        {
            _before += _current;
            (_file, _current) = (file, 0);
            _recent.Clear();
        }

        public void Report(long length)
        {
            _current = length;
            _recent.Enqueue((_clock.Elapsed, _before + length));
            while (_recent.Count > 2 && _clock.Elapsed - _recent.Peek().At > Window)
            {
                _recent.Dequeue();
            }

            Send(null);
        }

        public void Note(string note) => Send(note);

        private void Send(string? note)
        {
            if (progress is null)
            {
                return;
            }

            double rate = 0;
            if (_recent.Count > 1)
            {
                (TimeSpan at, long done) = _recent.Peek();
                double seconds = (_clock.Elapsed - at).TotalSeconds;
                rate = seconds > 0 ? Math.Max(0, (_before + _current - done) / seconds) : 0;
            }

            progress.Report(new PullProgress(_file, _before + _current, Math.Max(total, _before + _current), rate, note));
        }
    }
}
