using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// One row of the report, as <c>--json</c> prints it. A value that an engine does not have is null. The setting of a point on an engine's
/// curve is its beam or its probes; that of another row says what it is: <c>ef=64 filter=1% near</c>, or <c>ef=64 churn=2 added</c>,
/// whose seconds are those of the step.
/// </summary>
internal sealed record AnnRow(
    string Data, string Engine, string Setting, double Recall10, double Qps, double? P99Micros,
    double? BuildSeconds, int BuildThreads, double? ResidentMiB, double? OpenSeconds)
{
    /// <summary>The part of the benchmark that the row is of: <see cref="AnnOptions.Search"/> and so on.</summary>
    [JsonIgnore]
    public string Part { get; init; } = AnnOptions.Search;
}

/// <summary>An engine under test, and the settings along which its curve is drawn.</summary>
internal sealed record Engine(string Name, string[] Settings, string? PeerSource = null, string PeerLibraries = "")
{
    public bool HasFiles => PeerSource is not null || Key.StartsWith("hnsw-", StringComparison.Ordinal);

    /// <summary>What our own program calls it.</summary>
    public string Key => Name.Replace("visualsearch-", "", StringComparison.Ordinal);
}

/// <summary>Runs an engine in a process of its own: the peers compiled from Peers/, ours by this program. One at a time, one thread to search.</summary>
internal static class EngineProcess
{
    private const int M = 16, EfConstruction = 200;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(BenchFiles.Root, "ann")).FullName;

    /// <summary>Compiles a peer with the flags that suit this processor.</summary>
    /// <returns>False when its compiler or library is missing, with the reason on standard error.</returns>
    public static bool Compile(Engine engine)
    {
        string source = Path.Combine(BenchFiles.Repository, "tests/VisualSearch.Bench/Ann/Peers", engine.PeerSource!);
        string arguments = $"-O3 -march=native -std=c++17 -fopenmp {source} -o {Binary(engine)} {engine.PeerLibraries}";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("g++", arguments) { RedirectStandardError = true })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0) return true;
            Console.Error.WriteLine($"{engine.Name} is left out: it could not be compiled. Install g++, libhnswlib-dev, libfaiss-dev and libopenblas-dev.\n{errors}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Console.Error.WriteLine($"{engine.Name} is left out: g++ could not be started ({missing.Message}). Install g++, libhnswlib-dev, libfaiss-dev and libopenblas-dev.");
        }

        return false;
    }

    /// <summary>Builds an engine's index file.</summary>
    /// <returns>Seconds.</returns>
    public static double Build(Engine engine, AnnData data, int threads) =>
        Lines(engine, $"build --base {data.Base} {Common(engine, data)} --m {M} --efc {EfConstruction} --threads {threads}")
            .Single().GetProperty("buildSeconds").GetDouble();

    /// <summary>Where an engine keeps its index of a data set.</summary>
    public static string IndexFile(Engine engine, AnnData data) =>
        Path.Combine(Folder, Path.GetFileNameWithoutExtension(data.Base) + "." + engine.Name);

    /// <summary>Opens, or builds what has no file, and searches: so many times over all settings.</summary>
    public static IEnumerable<AnnRow> Search(Engine engine, AnnData data, double? buildSeconds, int threads, int patience, int passes)
    {
        string own = engine.PeerSource is null ? $" --patience {patience} --passes {passes}" : "";
        List<JsonElement> lines = Lines(engine, $"search {Asked(engine, data)} --efs {string.Join(',', engine.Settings)}{own}");
        JsonElement opened = lines[0];
        double? build = Optional(opened, "buildSeconds") ?? buildSeconds, resident = Optional(lines[^1], "residentMiB");
        return lines[1..^1].Select(line => Row(engine, data, line) with
        {
            BuildSeconds = build,
            BuildThreads = engine.HasFiles ? threads : 1,
            ResidentMiB = resident,
            OpenSeconds = Optional(opened, "openSeconds"),
        });
    }

    /// <summary>A study of our own index: one row for each pass over each of its settings.</summary>
    public static IEnumerable<AnnRow> Study(string part, Engine engine, AnnData data, int ef, int passes, int threads) =>
        Lines(engine, $"{part} {Asked(engine, data)} --ef {ef} --passes {passes} --threads {threads}").Select(line => Row(engine, data, line) with
        {
            Part = part,
            BuildSeconds = Optional(line, "seconds"),
            BuildThreads = threads,
            ResidentMiB = Optional(line, "residentMiB"),
        });

    private static AnnRow Row(Engine engine, AnnData data, JsonElement line) => new(data.Name, engine.Name, line.GetProperty("setting").GetString()!,
        line.GetProperty("recall10").GetDouble(), line.GetProperty("qps").GetDouble(), Optional(line, "p99Micros"), null, 1, null, null);

    private static string Asked(Engine engine, AnnData data) =>
        $"--base {data.Base} --queries {data.Queries} --truth {data.Truth} --k {AnnData.K} {Common(engine, data)}";

    private static double? Optional(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Common(Engine engine, AnnData data) =>
        $"--index {IndexFile(engine, data)} --metric {(data.Metric == Metric.L2 ? "l2" : "ip")} --engine {engine.Key}";

    private static string Binary(Engine engine) => Path.Combine(Folder, Path.GetFileNameWithoutExtension(engine.PeerSource!));

    private static List<JsonElement> Lines(Engine engine, string arguments)
    {
        bool own = engine.PeerSource is null;
        var start = new ProcessStartInfo(own ? Environment.ProcessPath! : Binary(engine), own ? "ann-engine " + arguments : arguments)
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{engine.Name} ended with {process.ExitCode}: {arguments}"));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
