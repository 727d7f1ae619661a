using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>The generation that this store reads, among the others.</content>
public sealed partial class QdrantStore
{
    // What the end of a re-embedding takes the writer's lease for: so short that others wait for it instead of giving up.
    private const string Switching = "to switch to another generation";

    // The last few pictures are embedded under it: seconds, and ten times that on a loaded machine.
    private static readonly TimeSpan WaitForSwitch = TimeSpan.FromMinutes(1);

    /// <summary>Opens a collection to let another generation run: nobody writes until the result is disposed, and those who want to wait a while.</summary>
    /// <exception cref="WriterBusyException">Another process is changing the collection.</exception>
    internal static QdrantStore OpenToSwitch(QdrantClient client, CollectionEntry entry, ILogger? logger, TimeProvider? time)
    {
        var store = new QdrantStore(client, entry, logger, time);
        store.TakeLease(Switching);
        return store;
    }

    /// <summary>A store over a generation that need not be the one that runs, to read.</summary>
    internal static QdrantStore OpenGeneration(QdrantClient client, CollectionEntry entry, GenerationEntry generation, ILogger? logger, TimeProvider? time) =>
        new(client, entry.In(generation), logger, time);

    /// <summary>Makes sure that nobody else may write, and goes on with it.</summary>
    /// <exception cref="WriterBusyException">The right had ended, and another has it.</exception>
    internal void RenewLease()
    {
        lock (writing)
            Held().Renew();
    }

    /// <summary>Lets the other names mean the generation that runs, where they do not.</summary>
    internal void FollowAliases(CollectionEntry entry)
    {
        if (entry.Aliased == entry.Generation)
            return;
        try
        {
            RunningAliases.Follow(client, entry.Layout);
            Change(new JsonObject { ["aliased"] = entry.Generation });
        }
        catch (QdrantException fault)
        {
            // Nothing here reads by them, so nobody is kept from writing: a key may be allowed to write points but not this.
            logger.LogWarning("The aliases of collection {Collection} were not set to generation {Generation}, the next writer tries again: {Fault}", Name, entry.Generation, fault.Message);
        }
    }

    private WriterLease TakeAfterSwitch(string purpose)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return WriterLease.Take(entries, Name, client.Options.WriterLease, time, purpose: purpose);
            }
            catch (WriterBusyException busy) when (busy.Writer.EndsWith(Switching, StringComparison.Ordinal) && purpose.Length == 0 && waited.Elapsed < WaitForSwitch)
            {
                Thread.Sleep(50);
            }
        }
    }

    // A writer of a generation that runs no longer would write vectors of another model than those who search have.
    private CollectionEntry RequireRunning(CollectionEntry entry)
    {
        if (entry.Generation == Generation)
            return entry;
        // Whoever is told so asks next what runs, and is not to be told what was so a moment ago.
        seen = new Seen(time.GetTimestamp(), entry);
        throw new GenerationSwitchedException(Generation, entry.Generation);
    }

    // Where there was never another generation, every picture has been embedded.
    private IReadOnlyList<GenerationGap> Gaps() => Entry().Generations.Count == 0 ? [] : GenerationPoints.Gaps(client, layout);

    private void NameGenerations(CollectionEntry entry, IReadOnlyList<GenerationGap> gaps, long items, List<string> remarks)
    {
        if (gaps.Count > 0)
        {
            remarks.Add($"{gaps.Count} pictures could not be embedded for generation {Generation} and are found by words only, such as " +
                $"'{gaps[0].Path}' ({gaps[0].Reason}). Make them readable, then: vsearch index");
        }

        foreach (GenerationEntry other in entry.Generations.Where(one => one.Number != Generation))
        {
            string state = other.State switch
            {
                GenerationState.Building => $"is being built: {GenerationPoints.Counts(client, new QdrantLayout(Name, other.Number)).Vectors:N0} of {items:N0} items are embedded",
                GenerationState.Kept => "is kept, to go back to with vsearch collections rollback or to drop with vsearch collections prune",
                _ => "runs now",
            };
            remarks.Add($"Generation {other.Number} (model {other.ModelName}) {state}.");
        }
    }
}
