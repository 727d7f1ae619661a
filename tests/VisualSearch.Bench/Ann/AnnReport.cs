using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>Writes the rows of a run as Markdown for reading, JSON for programs and the page, and one SVG picture for each data set.</summary>
internal static class AnnReport
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly double[] Recalls = [0.90, 0.95, 0.99];

    public static void Write(string folder, IReadOnlyList<AnnData> sets, IReadOnlyList<AnnRow> rows)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ann.json"), JsonSerializer.Serialize(rows, Json) + "\n");
        var text = new StringBuilder();
        text.AppendLine("# Approximate nearest neighbours: this index beside its peers").AppendLine();
        text.AppendLine(Invariant($"`vsearch bench ann`, {Processor()}, {Environment.ProcessorCount} cores, kernels {KernelSet.Description}, .NET {Environment.Version}. "))
            .AppendLine("M = 16, EfConstruction = 200, k = 10; one thread searches, one query at a time; medians of three passes, engines in turn. Build")
            .AppendLine("times start with the vectors in memory and end before saving; ours include the laying out anew (`Compact`). Files are in the page")
            .AppendLine("cache when they are opened. Resident is anonymous memory after all searches, less what the process had before it opened the index:")
            .AppendLine("our float32 vectors are mapped and belong to the page cache.");
        if (rows.Any(row => row.Engine == "faiss-hnsw"))
            text.AppendLine("Debian's faiss is compiled without AVX (its distance is a scalar loop), so nothing is claimed from its row.");
        text.AppendLine();
        foreach (AnnData data in sets)
        {
            AnnRow[] own = [.. rows.Where(row => row.Data == data.Name)];
            ILookup<string, AnnRow> parts = own.ToLookup(row => row.Part);
            text.AppendLine(Invariant($"## {data.Title}")).AppendLine();
            text.AppendLine(Invariant($"{data.Rows:N0} × {data.Dimension} float32, {(data.Metric == Metric.L2 ? "Euclidean distance" : "cosine")}.")).AppendLine();
            if (parts.Contains(AnnOptions.Search)) Curves(text, folder, data, [.. parts[AnnOptions.Search]]);
            if (parts.Contains(AnnOptions.Filters)) StudyTables.Filters(text, [.. parts[AnnOptions.Filters]]);
            if (parts.Contains(AnnOptions.Churn)) StudyTables.Churn(text, [.. parts[AnnOptions.Churn]]);
        }

        File.WriteAllText(Path.Combine(folder, "ann.md"), text.ToString());
    }

    /// <summary>Queries a second at a recall, between the two measured settings around it (log-linear); null where the curve does not reach it.</summary>
    public static double? QpsAt(IEnumerable<AnnRow> curve, double recall)
    {
        AnnRow[] points = [.. curve.OrderBy(row => row.Recall10)];
        for (int i = 0; i < points.Length; i++)
        {
            if (points[i].Recall10 < recall) continue;
            if (i == 0) return points[0].Qps;
            double share = (recall - points[i - 1].Recall10) / (points[i].Recall10 - points[i - 1].Recall10);
            return Math.Exp(((1 - share) * Math.Log(points[i - 1].Qps)) + (share * Math.Log(points[i].Qps)));
        }

        return null;
    }

    private static void Curves(StringBuilder text, string folder, AnnData data, AnnRow[] rows)
    {
        File.WriteAllText(Path.Combine(folder, $"ann-{data.Name}.svg"), AnnChart.Draw(data, rows));
        text.AppendLine(Invariant($"![curves](ann-{data.Name}.svg)")).AppendLine();
        text.AppendLine("| engine | QPS at recall 0.90 | 0.95 | 0.99 | × hnswlib at 0.95 | at 0.99 | build s (threads) | resident MiB | open s |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        ILookup<string, AnnRow> engines = rows.ToLookup(row => row.Engine);
        foreach (IGrouping<string, AnnRow> engine in engines)
        {
            AnnRow any = engine.First();
            double?[] qps = [.. Recalls.Select(recall => QpsAt(engine, recall))];
            double?[] ratios = [.. Recalls.Select((recall, i) => qps[i] / QpsAt(engines["hnswlib"], recall))];
            text.AppendLine(Invariant($"| {engine.Key} | {Whole(qps[0])} | {Whole(qps[1])} | {Whole(qps[2])} | {Ratio(ratios[1])} | {Ratio(ratios[2])} | ")
                + Invariant($"{Number(any.BuildSeconds, "0.0")} ({any.BuildThreads}) | {Number(any.ResidentMiB, "0")} | {Number(any.OpenSeconds, "0.00")} |"));
        }

        text.AppendLine().AppendLine("<details><summary>every setting</summary>").AppendLine();
        text.AppendLine("| engine | setting | recall@10 | QPS | p99 µs |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (AnnRow row in rows)
            text.AppendLine(Invariant($"| {row.Engine} | {row.Setting} | {row.Recall10:0.0000} | {row.Qps:0} | {Number(row.P99Micros, "0")} |"));
        text.AppendLine().AppendLine("</details>").AppendLine();
    }

    /// <summary>A number, or a dash for one that is not there.</summary>
    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string Whole(double? value) => Number(value, "N0");

    private static string Ratio(double? value) => value is null ? "–" : Number(value, "0.00") + "×";

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 2)..] ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
