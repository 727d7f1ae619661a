using System.Text.Json;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: does a search allocate? BenchmarkDotNet's memory diagnoser over every family, unfiltered and with filters. The times are of a
/// short job on a small index and tell nothing about speed at size.
/// </summary>
internal static class AllocationsBench
{
    private sealed record Row(string Index, string Filter, double Micros, long Bytes);

    /// <returns>0 when nothing allocates, else 1.</returns>
    public static int Run(bool json)
    {
        Summary summary = BenchmarkRunner.Run<SearchAllocations>(ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(2).WithIterationCount(3).WithIterationTime(TimeInterval.FromMilliseconds(100)))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(BenchFiles.Root, "allocations"))
            .WithOptions(ConfigOptions.DisableLogFile));
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => report.ResultStatistics is null))
            throw new InvalidOperationException($"A benchmark did not run: {string.Join("; ", summary.ValidationErrors)}");
        Row[] rows = [.. summary.Reports.Select(report => new Row(
            (string)report.BenchmarkCase.Parameters[nameof(SearchAllocations.Index)],
            (string)report.BenchmarkCase.Parameters[nameof(SearchAllocations.Filter)],
            report.ResultStatistics!.Mean / 1000,
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? throw new InvalidOperationException("The memory diagnoser did not run.")))];
        if (json) Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
        else Print(rows);
        return rows.All(row => row.Bytes == 0) ? 0 : 1;
    }

    private static void Print(Row[] rows)
    {
        Console.WriteLine($"One search of {SearchAllocations.Rows:N0} × {LatentMixture.Dimension} vectors, k = 10");
        Console.WriteLine("  index        filter        time  allocated");
        foreach (Row row in rows)
            Console.WriteLine($"  {row.Index,-12} {row.Filter,6} {row.Micros,8:N1} µs {row.Bytes,8:N0} B");
    }
}
