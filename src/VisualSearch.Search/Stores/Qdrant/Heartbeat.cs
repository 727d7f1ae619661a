namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>Renews a lease in the background, however long its holder takes between two changes: who does not renew is not alive.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly Lock renewing = new();
    private readonly Action renew;
    private readonly ITimer timer;
    private bool ended;

    /// <param name="time">The clock.</param>
    /// <param name="every">The pause between two renewals.</param>
    /// <param name="renew">Renews; what it throws is found again by the holder's next change.</param>
    public Heartbeat(TimeProvider time, TimeSpan every, Action renew)
    {
        this.renew = renew;
        timer = time.CreateTimer(static beat => ((Heartbeat)beat!).Beat(), this, every, every);
    }

    /// <summary>Does something with the lease while it is not being renewed; nothing once it was given back.</summary>
    public void Do(Action work)
    {
        lock (renewing)
        {
            if (!ended)
                work();
        }
    }

    /// <summary>Ends the renewing, then gives the lease back. Not while it is being renewed: that would take it once more, and nobody would give it back.</summary>
    public void End(Action giveBack)
    {
        timer.Dispose();
        lock (renewing)
        {
            if (ended)
                return;
            ended = true;
            giveBack();
        }
    }

    public void Dispose() => End(static () => { });

    private void Beat()
    {
        // One that takes longer than the pause between two is not waited for by the next.
        if (!renewing.TryEnter())
            return;
        try
        {
            if (!ended)
                renew();
        }
        catch (Exception fault) when (fault is SearchException or ObjectDisposedException)
        {
            // Lost, or the server is away, or the client closed: the next change finds that out, and says so.
        }
        finally
        {
            renewing.Exit();
        }
    }
}
