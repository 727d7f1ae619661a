using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// The right to build, switch or drop a collection's generations, which one process of all has at a time: another one than the writer's, since
/// pictures may come and go meanwhile. It ends by itself, and is renewed in the background, as <see cref="WriterLease"/> is.
/// </summary>
internal sealed class GenerationLease : IDisposable
{
    private readonly CollectionEntries entries;
    private readonly string name;
    private readonly string holder;
    private readonly TimeSpan length;
    private readonly TimeProvider time;
    private readonly Heartbeat heartbeat;
    private DateTimeOffset renewed;

    private GenerationLease(CollectionEntries entries, string name, string holder, TimeSpan length, TimeProvider time, CollectionEntry entry)
    {
        (this.entries, this.name, this.holder, this.length, this.time, renewed, Entry) = (entries, name, holder, length, time, time.GetUtcNow(), entry);
        heartbeat = new Heartbeat(time, RenewAfter, RenewIfDue);
    }

    /// <summary>The entry as it was when the lease was taken.</summary>
    public CollectionEntry Entry { get; }

    /// <summary>Holds while the lease is ours: for changes of what only its holder may change.</summary>
    public PointCondition Ours => new PointCondition.MatchText("builder", [holder]);

    private TimeSpan RenewAfter => length / 3;

    /// <summary>Takes the lease.</summary>
    /// <exception cref="WriterBusyException">Another has it.</exception>
    /// <exception cref="CollectionReplacedException">The collection is gone.</exception>
    public static GenerationLease Take(CollectionEntries entries, string name, TimeSpan length, TimeProvider time)
    {
        string holder = $"process {Environment.ProcessId} on {Environment.MachineName} ({Guid.NewGuid():N}) to work on its generations";
        DateTimeOffset now = time.GetUtcNow();
        // Entries from before there was such a lease say nothing of it.
        var free = new PointFilter
        {
            Should = [new PointCondition.IsEmpty("builder"), new PointCondition.MatchText("builder", [""]), new PointCondition.NumberRange("builderUntil") { Less = now.ToUnixTimeSeconds() }],
        };
        return new GenerationLease(entries, name, holder, length, time, Checked(entries.Change(name, Json(holder, now + length), free), name, holder, null));
    }

    /// <summary>
    /// Makes sure that the lease is still ours, and lengthens it where it has run for a while. One that has ended is ours until another takes it;
    /// then it is lost, even once that one has given it back: the generation may be another by now, or none.
    /// </summary>
    /// <exception cref="WriterBusyException">It had ended, and another has it.</exception>
    /// <exception cref="CollectionReplacedException">The collection is gone.</exception>
    public void Renew() => heartbeat.Do(RenewIfDue);

    /// <summary>Changes members of the entry that are the holder's to change.</summary>
    /// <param name="change">The members with their new values.</param>
    /// <param name="conditions">What must hold besides.</param>
    /// <returns>The entry after that, changed or not.</returns>
    /// <exception cref="WriterBusyException">The lease had ended, and another has it.</exception>
    /// <exception cref="CollectionReplacedException">The collection is gone.</exception>
    public CollectionEntry Change(JsonObject change, params PointCondition[] conditions)
    {
        CollectionEntry? entry = entries.Change(name, JsonSerializer.SerializeToElement(change), [Ours, .. conditions]);
        return Checked(entry, name, holder, Entry.Identity);
    }

    /// <summary>Gives it back, so that the next need not wait.</summary>
    public void Dispose() => heartbeat.End(() =>
    {
        try
        {
            entries.Change(name, Json("", DateTimeOffset.UnixEpoch), Ours);
        }
        catch (QdrantException gone) when (gone.IsPassing || gone.Fault == QdrantFault.NotFound)
        {
            // The server is away: the lease ends by itself.
        }
    });

    private void RenewIfDue()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - renewed < RenewAfter)
            return;
        Checked(entries.Change(name, Json(holder, now + length), Ours, new PointCondition.MatchText("identity", [Entry.Identity])), name, holder, Entry.Identity);
        renewed = now;
    }

    private static CollectionEntry Checked(CollectionEntry? entry, string name, string holder, string? identity) =>
        entry is null || (identity is not null && entry.Identity != identity) ? throw new CollectionReplacedException(name)
        : entry.Builder == holder ? entry
        : entry.Builder.Length > 0 ? throw new WriterBusyException(name, entry.Builder, DateTimeOffset.FromUnixTimeSeconds(entry.BuilderUntil))
        : throw new WriterBusyException(name, "another process, which has worked on its generations since");

    private static JsonElement Json(string builder, DateTimeOffset until) =>
        JsonSerializer.SerializeToElement(new JsonObject { ["builder"] = builder, ["builderUntil"] = until.ToUnixTimeSeconds() });
}
