using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace VisualSearch.Search.Monitoring;

/// <summary>
/// What one server can be watched by: figures, spans, checks of recall, and the log of slow searches. Nothing of it is shared with another server in
/// the same process.
/// </summary>
/// <remarks>
/// <code>
/// SearchMonitor          one a server
///   SearchInstruments    figures                        (who reads them: the server's /metrics, OpenTelemetry)
///   Activities           spans, one a stage             (who reads them: OpenTelemetry)
///   RecallCheck          1 in N vector searches again, exactly
///   SlowQueryLog         searches over a threshold, explained
/// CollectionMonitor      one an open collection, given to its <see cref="SearchPipeline"/>
///   SearchTrace          one a search
/// </code>
/// </remarks>
public sealed class SearchMonitor : IDisposable
{
    /// <summary>The name of <see cref="Activities"/>.</summary>
    public const string ActivitySourceName = "VisualSearch";

    private readonly SlowQueryLog slow;

    /// <summary>Makes the monitor of a server.</summary>
    /// <param name="meters">The server's own factory of meters.</param>
    /// <param name="loggers">Told of slow searches and of low recall.</param>
    /// <param name="options">What is watched; null for the defaults.</param>
    public SearchMonitor(IMeterFactory meters, ILoggerFactory loggers, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        options ??= new MonitorOptions();
        Instruments = new SearchInstruments(meters);
        Recall = new RecallCheck(options, Instruments, loggers.CreateLogger<RecallCheck>());
        slow = new SlowQueryLog(options, Instruments, loggers.CreateLogger<SlowQueryLog>());
    }

    /// <summary>The figures.</summary>
    public SearchInstruments Instruments { get; }

    /// <summary>The source of spans, this server's own: another server has one of the same name, told apart by reference.</summary>
    public ActivitySource Activities { get; } = new(ActivitySourceName);

    /// <summary>The checks of recall; end them before the collections are closed.</summary>
    public RecallCheck Recall { get; }

    /// <summary>The monitor of a collection.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="hold">Keeps the collection open until the result is disposed, for a check in the background; null when it is closed already.</param>
    public CollectionMonitor Watch(string collection, Func<IDisposable?> hold) => new(collection, this, slow, hold);

    /// <summary>Ends the checks, without waiting, and the source of spans.</summary>
    public void Dispose()
    {
        Recall.Dispose();
        Activities.Dispose();
    }
}
