using System.Globalization;

namespace VisualSearch.Search.Planning;

/// <summary>Writes a plan down with the way to each of its numbers.</summary>
internal sealed class PlanArithmetic(CapacityQuestion question, Sizing size)
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public CapacityPlan Write(IReadOnlyList<CostDriver> drivers)
    {
        VectorBytes bytes = size.Bytes;
        double memory = size.VectorsPerShard * bytes.Memory, disk = size.VectorsPerShard * (bytes.Memory + (2 * bytes.Full) + MeasuredFigures.CatalogBytes);
        double perApiNode = MeasuredFigures.RequestsPerCore * question.NodeCores * CapacityPlanner.MostUtilisation;
        long api = (long)Math.Max(Math.Min(2, question.LeastReplicas), Math.Ceiling(question.QueriesPerSecond / perApiNode));
        double embedded = question.Items * ((1 / MeasuredFigures.DecodedPerCore) + (1 / MeasuredFigures.EmbeddedPerCore)) / 3600;
        VectorBytes measured = VectorBytes.Of(MeasuredFigures.SearchedDimension, size.Codes);
        double built = question.Items * MeasuredFigures.BuildCoreSeconds(size.Codes) / MeasuredFigures.SearchedVectors
            * (bytes.Codes / measured.Codes) * Depth / 3600;
        return new CapacityPlan
        {
            Question = question,
            Codes = size.Codes,
            Shards = size.Shards,
            Replicas = size.Replicas,
            ApiNodes = api,
            VectorsPerShard = size.VectorsPerShard,
            MemoryPerNode = memory,
            DiskPerNode = disk,
            SearchMilliseconds = size.SearchMilliseconds,
            Utilisation = size.Busy / question.NodeCores,
            P99Milliseconds = size.P99Milliseconds,
            EmbeddingCoreHours = embedded,
            BuildCoreHours = built,
            Drivers = drivers,
            Steps =
            [
                new("bytes a vector in memory", Text($"codes {bytes.Codes:0} (rows of 64) + links {bytes.Links:0} (M {MeasuredFigures.M}) + ids {bytes.Ids:0}"), Text($"{bytes.Memory:0} B")),
                new("shards", Text($"{question.Items:0.###e0} × {bytes.Memory:0} B over {CapacityPlanner.MemoryShare:P0} of {question.NodeMemoryGiB:0.#} GiB a node"), Text($"{size.Shards:N0} of {size.VectorsPerShard:0.##e0} vectors")),
                new("memory a node", Text($"{size.VectorsPerShard:0.##e0} × {bytes.Memory:0} B"), Bytes(memory)),
                new("disk a node", Text($"{size.VectorsPerShard:0.##e0} × (index {bytes.Memory:0} + {bytes.Full:0}, catalog {bytes.Full:0} + {MeasuredFigures.CatalogBytes:0} B)"), Bytes(disk)),
                new("one search of one shard", Text($"1/{MeasuredFigures.SearchesPerSecond(size.Codes, question.Recall):N0} s at 1e6 × {MeasuredFigures.SearchedDimension} × rows {bytes.Codes:0}/{measured.Codes:0} × depth {Depth:0.00}{Slower}"), Text($"{size.SearchMilliseconds:0.00} ms of a core")),
                new("cores busy a node", Text($"{question.QueriesPerSecond:N0}/s over {size.Replicas} replicas × {size.SearchMilliseconds:0.00} ms"), Text($"{size.Busy:0.0} of {question.NodeCores} ({size.Busy / question.NodeCores:P0})")),
                new("p99", Text($"request {MeasuredFigures.RequestP99Milliseconds:0.0} + network {CapacityPlanner.NetworkMilliseconds:0} + the slowest of {size.Shards:N0} shards {size.P99Milliseconds - MeasuredFigures.RequestP99Milliseconds - CapacityPlanner.NetworkMilliseconds:0.0}"), Text($"{size.P99Milliseconds:0.0} ms")),
                new("nodes", Text($"{size.Shards:N0} shards × {size.Replicas} replicas"), Text($"{size.Nodes:N0}")),
                new("API nodes", Text($"{question.QueriesPerSecond:N0}/s over {MeasuredFigures.RequestsPerCore:0}/s a core × {question.NodeCores} × {CapacityPlanner.MostUtilisation:P0}"), Text($"{api:N0}")),
                new("embedding once", Text($"{question.Items:0.###e0} ÷ ({MeasuredFigures.DecodedPerCore:0} decoded, {MeasuredFigures.EmbeddedPerCore:0} embedded a core and second)"), Text($"{embedded:N0} core hours")),
                new("building once", Text($"{MeasuredFigures.BuildCoreSeconds(size.Codes):0} core seconds a million × rows × depth"), Text($"{built:N0} core hours")),
            ],
        };
    }

    private double Depth => Math.Log2(Math.Max(2, size.VectorsPerShard)) / Math.Log2(MeasuredFigures.SearchedVectors);

    private string Slower => question.SearchFactor == 1 ? "" : Text($" × {question.SearchFactor:0.##}");

    internal static string Bytes(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1024 && unit < Binary.Length - 1; unit++)
            bytes /= 1024;
        return Text($"{bytes:0.#} {Binary[unit]}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
