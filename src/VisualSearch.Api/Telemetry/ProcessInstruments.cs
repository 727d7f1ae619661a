using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace VisualSearch.Api.Telemetry;

/// <summary>Processor, memory and garbage collection of the process, under the names that .NET's own meter has for them.</summary>
/// <remarks>(But for the number of threads: Prometheus keeps names that end in <c>_count</c> for histograms.) That meter is static, and so of all servers in the process; these are made with a server and go with it. They are read only when asked for.</remarks>
internal sealed class ProcessInstruments
{
    public const string MeterName = "VisualSearch.Process";

    private static readonly KeyValuePair<string, object?> InUser = new("cpu.mode", "user"), InSystem = new("cpu.mode", "system");

    public ProcessInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("dotnet.process.cpu.time", Processor, "s", "Processor time that the process has used.");
        meter.CreateObservableUpDownCounter("dotnet.process.memory.working_set", static () => Environment.WorkingSet, "By", "Physical memory that the process holds, vectors mapped from disk included.");
        meter.CreateObservableUpDownCounter("dotnet.gc.last_collection.memory.committed_size", static () => GC.GetGCMemoryInfo().TotalCommittedBytes, "By", "Memory that the garbage collector held after its last run.");
        meter.CreateObservableCounter("dotnet.gc.heap.total_allocated", static () => GC.GetTotalAllocatedBytes(), "By", "Bytes allocated on the managed heap since the process began.");
        meter.CreateObservableCounter("dotnet.gc.collections", Collections, "{collection}", "Garbage collections since the process began, by generation.");
        meter.CreateObservableCounter("dotnet.gc.pause.time", static () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time that garbage collection has paused the process.");
        meter.CreateObservableUpDownCounter("dotnet.thread_pool.threads", static () => (long)ThreadPool.ThreadCount, "{thread}", "Threads of the pool.");
        meter.CreateObservableUpDownCounter("dotnet.thread_pool.queue.length", static () => ThreadPool.PendingWorkItemCount, "{work_item}", "Work that waits for a thread of the pool.");
        meter.CreateObservableGauge("vsearch.build.info", Build, "{build}", "1, labelled with what runs here.");
    }

    private static IEnumerable<Measurement<double>> Processor()
    {
        var usage = Environment.CpuUsage;
        return [new(usage.UserTime.TotalSeconds, InUser), new(usage.PrivilegedTime.TotalSeconds, InSystem)];
    }

    private static IEnumerable<Measurement<long>> Collections()
    {
        // A collection of one generation is one of the younger ones too.
        long gen2 = GC.CollectionCount(2), gen1 = GC.CollectionCount(1) - gen2, gen0 = GC.CollectionCount(0) - gen1 - gen2;
        return [Of(gen0, "gen0"), Of(gen1, "gen1"), Of(gen2, "gen2")];

        static Measurement<long> Of(long count, string generation) => new(count, new KeyValuePair<string, object?>("gc.heap.generation", generation));
    }

    private static Measurement<long> Build() => new(
        1, new("version", typeof(ProcessInstruments).Assembly.GetName().Version!.ToString(3)), new("runtime", RuntimeInformation.FrameworkDescription), new KeyValuePair<string, object?>("kernels", Ann.KernelSet.Description));
}
