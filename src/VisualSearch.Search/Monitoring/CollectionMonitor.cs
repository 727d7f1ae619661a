using System.Diagnostics;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>Watches the searches and answers of one collection.</summary>
public sealed class CollectionMonitor
{
    private readonly SearchMonitor server;
    private readonly Func<IDisposable?> hold;

    internal CollectionMonitor(string collection, SearchMonitor server, SlowQueryLog slow, Func<IDisposable?> hold)
    {
        Collection = collection;
        this.server = server;
        this.hold = hold;
        Slow = slow;
    }

    /// <summary>The collection's name.</summary>
    public string Collection { get; }

    /// <summary>The server's figures.</summary>
    public SearchInstruments Instruments => server.Instruments;

    /// <summary>The server's source of spans.</summary>
    public ActivitySource Activities => server.Activities;

    internal SlowQueryLog Slow { get; }

    /// <summary>Begins the span of a stage that runs before the pipeline, such as <c>embed</c>; null, at no cost, while nobody listens.</summary>
    /// <param name="stage">The stage.</param>
    public Activity? Begin(string stage) => server.Activities.StartActivity(stage);

    internal SearchTrace Begin(in SearchShape shape, StageTimes times) => new(this, shape, times);

    internal void Retrieved(IStore store, float[] vector, int k, ItemScope? allowed, int efSearch)
    {
        if (server.Recall.Wants())
            server.Recall.Offer(new RecallSample(Collection, store, vector, k, allowed, efSearch, hold));
    }
}
