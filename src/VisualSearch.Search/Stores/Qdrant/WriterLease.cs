using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>What a lease is for: the members of a collection's entry that say who has it.</summary>
/// <param name="Holder">Names who has it; empty or missing for nobody.</param>
/// <param name="Until">Says until when, in seconds since 1970 in UTC.</param>
/// <param name="HolderOf">Reads <paramref name="Holder"/>.</param>
internal sealed record LeaseRight(string Holder, string Until, Func<CollectionEntry, string> HolderOf)
{
    /// <summary>To write and remove assets.</summary>
    public static LeaseRight Writing { get; } = new("writer", "writerUntil", static entry => entry.Writer);

    /// <summary>To embed parts of pictures, beside whoever writes.</summary>
    public static LeaseRight Regions { get; } = new("regionsWriter", "regionsUntil", static entry => entry.RegionsWriter);
}

/// <summary>
/// The right to change a collection, which one process of all has at a time. It ends by itself when its holder does not renew it: a process
/// that was killed, or cut off, keeps others from writing for <see cref="Length"/>.
/// </summary>
/// <remarks>Clocks of the machines that write may differ by a few seconds; a lease is renewed well before others think that it has ended.</remarks>
internal sealed class WriterLease : IDisposable
{
    /// <summary>How long a lease holds.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(10);

    private readonly CollectionEntries entries;
    private readonly string name;
    private readonly string holder;
    private readonly TimeProvider time;
    private readonly LeaseRight right;
    private DateTimeOffset renewed;

    private WriterLease(CollectionEntries entries, string name, string holder, TimeProvider time, LeaseRight right, CollectionEntry entry) =>
        (this.entries, this.name, this.holder, this.time, this.right, renewed, Entry) = (entries, name, holder, time, right, time.GetUtcNow(), entry);

    /// <summary>The entry as it was when the lease was taken.</summary>
    public CollectionEntry Entry { get; }

    /// <summary>Takes the lease.</summary>
    /// <param name="entries">Where it is kept.</param>
    /// <param name="name">The collection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="right">What for; null to write.</param>
    /// <param name="purpose">What for in words, for those who have to wait; empty for any change.</param>
    /// <exception cref="WriterBusyException">Another has it.</exception>
    /// <exception cref="CollectionReplacedException">The collection is gone.</exception>
    public static WriterLease Take(CollectionEntries entries, string name, TimeProvider time, LeaseRight? right = null, string purpose = "")
    {
        right ??= LeaseRight.Writing;
        string holder = $"process {Environment.ProcessId} on {Environment.MachineName} ({Guid.NewGuid():N})" + (purpose.Length > 0 ? $" {purpose}" : "");
        return new WriterLease(entries, name, holder, time, right, Claim(entries, name, holder, right, time.GetUtcNow()));
    }

    /// <summary>Makes sure that the lease is still ours, and lengthens it where it has run for a while.</summary>
    /// <exception cref="WriterBusyException">It had ended, and another has it.</exception>
    public void Renew()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - renewed < RenewAfter)
            return;
        Claim(entries, name, holder, right, now);
        renewed = now;
    }

    /// <summary>Gives it back, so that the next need not wait.</summary>
    public void Dispose()
    {
        try
        {
            entries.Change(name, Json(right, "", 0), new PointCondition.MatchText(right.Holder, [holder]));
        }
        catch (QdrantException gone) when (gone.IsPassing || gone.Fault == QdrantFault.NotFound)
        {
            // The server is away: the lease ends by itself.
        }
    }

    // The server sets it only where nobody else has it, in one step; what stands there afterwards says who won.
    private static CollectionEntry Claim(CollectionEntries entries, string name, string holder, LeaseRight right, DateTimeOffset now)
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
        CollectionEntry entry = entries.Change(name, Json(right, holder, now.Add(Length).ToUnixTimeSeconds()), free) ?? throw new CollectionReplacedException(name);
        return right.HolderOf(entry) == holder ? entry : throw new WriterBusyException(name, right.HolderOf(entry));
    }

    private static JsonElement Json(LeaseRight right, string holder, long until) => JsonSerializer.SerializeToElement(new JsonObject { [right.Holder] = holder, [right.Until] = until });
}
