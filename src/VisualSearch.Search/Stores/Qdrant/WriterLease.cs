using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>What a lease is for: the members of a collection's entry that say who has it.</summary>
/// <param name="Holder">Names who has it; empty or missing for nobody.</param>
/// <param name="Until">Says until when, in seconds since 1970 in UTC.</param>
/// <param name="HolderOf">Reads <paramref name="Holder"/>.</param>
/// <param name="UntilOf">Reads <paramref name="Until"/>.</param>
internal sealed record LeaseRight(string Holder, string Until, Func<CollectionEntry, string> HolderOf, Func<CollectionEntry, long> UntilOf)
{
    /// <summary>To write and remove assets.</summary>
    public static LeaseRight Writing { get; } = new("writer", "writerUntil", static entry => entry.Writer, static entry => entry.WriterUntil);

    /// <summary>To embed parts of pictures, beside whoever writes.</summary>
    public static LeaseRight Regions { get; } = new("regionsWriter", "regionsUntil", static entry => entry.RegionsWriter, static entry => entry.RegionsUntil);
}

/// <summary>
/// The right to change a collection, which one process of all has at a time. It ends by itself when its holder does not renew it: a process
/// that was killed, or cut off, keeps others from writing for <see cref="QdrantOptions.WriterLease"/>. One that lives renews it in the background, however
/// long it takes between two batches, so that who is not renewed is not alive.
/// </summary>
/// <remarks>Clocks of the machines that write may differ by a few seconds; a lease is renewed well before others think that it has ended.</remarks>
internal sealed class WriterLease : IDisposable
{
    private readonly CollectionEntries entries;
    private readonly string name;
    private readonly string holder;
    private readonly TimeSpan length;
    private readonly TimeProvider time;
    private readonly LeaseRight right;
    private readonly Heartbeat heartbeat;
    private DateTimeOffset renewed;

    private WriterLease(CollectionEntries entries, string name, string holder, TimeSpan length, TimeProvider time, LeaseRight right, CollectionEntry entry)
    {
        (this.entries, this.name, this.holder, this.length, this.time, this.right, renewed, Entry) = (entries, name, holder, length, time, right, time.GetUtcNow(), entry);
        heartbeat = new Heartbeat(time, RenewAfter, RenewIfDue);
    }

    /// <summary>The entry as it was when the lease was taken.</summary>
    public CollectionEntry Entry { get; }

    /// <summary>Whether an entry says that we have it.</summary>
    public bool IsOf(CollectionEntry entry) => right.HolderOf(entry) == holder;

    // Two renewals may fail before others think that it has ended.
    private TimeSpan RenewAfter => length / 3;

    /// <summary>Takes the lease.</summary>
    /// <param name="entries">Where the collection's entry is.</param>
    /// <param name="name">The collection.</param>
    /// <param name="length">How long it holds unless it is renewed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="right">What for; null to write.</param>
    /// <param name="purpose">What for in words, for those who have to wait; empty for any change.</param>
    /// <exception cref="WriterBusyException">Another has it.</exception>
    /// <exception cref="CollectionReplacedException">The collection is gone.</exception>
    public static WriterLease Take(CollectionEntries entries, string name, TimeSpan length, TimeProvider time, LeaseRight? right = null, string purpose = "")
    {
        right ??= LeaseRight.Writing;
        string holder = $"process {Environment.ProcessId} on {Environment.MachineName} ({Guid.NewGuid():N})" + (purpose.Length > 0 ? $" {purpose}" : "");
        return new WriterLease(entries, name, holder, length, time, right, Claim(entries, name, holder, length, right, time.GetUtcNow()));
    }

    /// <summary>Makes sure that the lease is still ours, and lengthens it where it has run for a while.</summary>
    /// <exception cref="WriterBusyException">It had ended, and another has it.</exception>
    public void Renew() => heartbeat.Do(RenewIfDue);

    /// <summary>Gives it back, so that the next need not wait.</summary>
    public void Dispose() => heartbeat.End(() =>
    {
        try
        {
            entries.Change(name, Json(right, "", 0), new PointCondition.MatchText(right.Holder, [holder]));
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
        Claim(entries, name, holder, length, right, now);
        renewed = now;
    }

    // The server sets it only where nobody else has it, in one step; what stands there afterwards says who won.
    private static CollectionEntry Claim(CollectionEntries entries, string name, string holder, TimeSpan length, LeaseRight right, DateTimeOffset now)
    {
        var free = new PointFilter
        {
            Should =
            [
                new PointCondition.MatchText(right.Holder, ["", holder]),
                new PointCondition.NumberRange(right.Until) { Less = now.ToUnixTimeSeconds() },
                new PointCondition.IsEmpty(right.Holder),
            ],
        };
        CollectionEntry entry = entries.Change(name, Json(right, holder, now.Add(length).ToUnixTimeSeconds()), free) ?? throw new CollectionReplacedException(name);
        return right.HolderOf(entry) == holder ? entry : throw new WriterBusyException(name, right.HolderOf(entry), DateTimeOffset.FromUnixTimeSeconds(right.UntilOf(entry)));
    }

    private static JsonElement Json(LeaseRight right, string holder, long until) => JsonSerializer.SerializeToElement(new JsonObject { [right.Holder] = holder, [right.Until] = until });
}
