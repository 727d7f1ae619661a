using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// A generation of a collection on Qdrant in the making: three collections of its own beside those that are searched (<see cref="QdrantLayout"/>).
/// <code>
/// Begin      the entry names it as being built, then its collections are made; or it goes on; or a kept one of that model is caught up
/// CatchUp    everything but vectors is copied from the running generation, later what was written since (<see cref="GenerationCopy"/>)
/// Write      vectors of points that are there: an item with one is done, and has none again once its file's bytes change
/// Switch     nobody writes; CatchUp; one change of the entry: it runs; then the aliases
/// </code>
/// Writers write into the running generation alone and know nothing of this one: each asset says in which revision of the collection it was
/// written, so that catching up looks only at what is newer than the revision it was at, which is read before anything else.
/// </summary>
public sealed class QdrantGenerationBuild : IGenerationBuild
{
    private static readonly TimeSpan WaitForWriter = TimeSpan.FromMilliseconds(100), WaitForIndex = TimeSpan.FromMilliseconds(500);

    private readonly Lock writing = new();
    private readonly QdrantClient client;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly CollectionEntries entries;
    private readonly GenerationLease lease;
    private readonly QdrantLayout running;
    private readonly QdrantLayout layout;
    private readonly GenerationCopy copy;
    private readonly QdrantStore candidate;
    private GenerationEntry generation;
    private QdrantStore? held;
    private bool ended;

    private QdrantGenerationBuild(QdrantClient client, CollectionEntries entries, GenerationLease lease, GenerationEntry generation, ILogger logger, TimeProvider time)
    {
        (this.client, this.entries, this.lease, this.generation, this.logger, this.time) = (client, entries, lease, generation, logger, time);
        Collection = lease.Entry.Name;
        running = lease.Entry.Layout;
        layout = new QdrantLayout(Collection, generation.Number);
        copy = new GenerationCopy(client, running, layout, lease.Entry.Regions.ContainsKey(generation.Number));
        WasKept = generation.State == GenerationState.Kept;
        candidate = QdrantStore.OpenGeneration(client, lease.Entry, generation, logger, time);
    }

    /// <inheritdoc/>
    public int Number => generation.Number;

    /// <inheritdoc/>
    public bool WasKept { get; }

    /// <inheritdoc/>
    public ModelIdentity Model => generation.Identify;

    /// <inheritdoc/>
    public string Collection { get; }

    /// <inheritdoc/>
    public long Items => client.Count(running.Items);

    /// <inheritdoc/>
    public long Vectors => GenerationPoints.Vectors(client, layout);

    /// <inheritdoc/>
    public void CatchUp(IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        lock (writing)
            Bring(progress, cancellation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Missing()
    {
        CatchUp();
        return GenerationPoints.Missing(client, layout);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds) => Candidate().Load(itemIds);

    /// <inheritdoc/>
    public IReadOnlyList<GenerationGap> Gaps() => GenerationPoints.Gaps(client, layout);

    /// <inheritdoc/>
    public int Write(IReadOnlyList<GenerationVector> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        PreparedVector[] prepared = PreparedVector.Prepare(batch, generation.Dimension);
        Dictionary<ulong, float[]> vectors = prepared.DistinctBy(static one => one.ItemId).ToDictionary(static one => (ulong)one.ItemId, static one => one.Unit);
        lock (writing)
        {
            Renew();
            StoredPoint[] fit = Fitting([.. prepared.Select(static one => ((ulong)one.ItemId, one.ContentHash))], asRunning: true);
            HashSet<ulong> ids = [.. fit.Select(static point => point.Id)];
            ids.ExceptWith(WriteKeyframes([.. prepared.Where(one => one.Keyframes.Length > 0 && ids.Contains((ulong)one.ItemId))]));
            GenerationPoints.ForgetGaps(client, layout, [.. fit.Where(point => GenerationPoints.GapOf(point) is not null).Select(static point => point.Id).Where(ids.Contains)]);
            // Last, because it is what counts.
            client.UpdateVectors(layout.Items, ids.Select(id => new PointWrite(id, [NamedVector.Of(QdrantLayout.Visual, vectors[id])], default)));
            return ids.Count;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> KeyframeSeconds(long itemId) =>
        [.. Keyframes([itemId]).Select(static point => KeyframePoint.SecondsOf(point.Payload)).Order()];

    /// <inheritdoc/>
    public IReadOnlyList<long> MissingPassages()
    {
        CatchUp();
        return GenerationPoints.MissingPassages(client, layout);
    }

    /// <inheritdoc/>
    public void WritePassages(IReadOnlyList<(long ItemId, ReadOnlyMemory<float> Vector)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Dictionary<ulong, float[]> vectors = PreparedVector.Prepare(batch, generation.Dimension).ToDictionary(static row => (ulong)row.ItemId, static row => row.Unit);
        lock (writing)
        {
            Renew();
            IReadOnlyList<StoredPoint> there = client.GetPoints(layout.Items, vectors.Keys, PayloadSelection.None);
            client.UpdateVectors(layout.Items, there.Select(point => new PointWrite(point.Id, [NamedVector.Of(QdrantLayout.Text, vectors[point.Id])], default)));
        }
    }

    /// <inheritdoc/>
    public void SetGaps(IReadOnlyList<(long ItemId, string ContentHash, string Reason)> gaps)
    {
        ArgumentNullException.ThrowIfNull(gaps);
        if (gaps.Count == 0)
            return;
        Dictionary<ulong, string> reasons = gaps.ToDictionary(static gap => (ulong)gap.ItemId, static gap => gap.Reason);
        lock (writing)
        {
            Renew();
            StoredPoint[] fit = Fitting([.. gaps.Select(static gap => ((ulong)gap.ItemId, gap.ContentHash))], asRunning: false);
            GenerationPoints.SetGaps(client, layout, fit.Select(point => (point.Id, reasons[point.Id])));
        }
    }

    /// <inheritdoc/>
    public IStore Candidate() => candidate;

    /// <inheritdoc/>
    public async Task ReadyAsync(IProgress<string>? progress, CancellationToken cancellation)
    {
        foreach (string part in new[] { layout.Items, layout.Keyframes })
        {
            // Yellow while it optimises: until then whatever is not in the index is found by comparing all of it.
            while (client.GetCollection(part, cancellation).Status is var status && status != "green" && status != "grey")
            {
                if (status == "red")
                    throw new GenerationStateException($"Qdrant says of '{part}' that its state is red, so generation {Number} of collection '{Collection}' does not run yet. See the server's log, then run the same command again.");
                progress?.Report("waiting until Qdrant has built the index");
                await Task.Delay(WaitForIndex, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IDisposable> HoldWritersAsync(IProgress<string>? waiting, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                QdrantStore taken = QdrantStore.OpenToSwitch(client, lease.Entry, logger, time);
                lock (writing)
                    held = taken;
                return new Hold(this);
            }
            catch (WriterBusyException busy)
            {
                waiting?.Report(busy.Writer);
            }

            await Task.Delay(WaitForWriter, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Switch(bool allowGaps)
    {
        if (held is not { } writers)
            throw new InvalidOperationException($"Call {nameof(HoldWritersAsync)} first: a picture that came in during the switch would be in neither generation.");
        lock (writing)
        {
            CollectionEntry entry = Bring(null, CancellationToken.None);
            this.RequireWhole(GenerationPoints.Missing(client, layout), GenerationPoints.MissingPassages(client, layout), allowGaps);
            Renew();
            CollectionEntry after = lease.Change(Switched(entry), PointCondition.NumberRange.Exactly("revision", entry.Revision));
            if (after.Generation != Number)
                throw new WriterBusyException(Collection, after.Writer);
            writers.FollowAliases(after);
        }
    }

    /// <summary>Ends the work. What was written stays; the next one with the same model goes on with it.</summary>
    public void Dispose()
    {
        lock (writing)
        {
            if (ended)
                return;
            ended = true;
            candidate.Dispose();
            held?.Dispose();
            lease.Dispose();
        }
    }

    /// <summary>Begins to build the next generation of a collection, goes on with it, or brings a kept one up to date.</summary>
    internal static QdrantGenerationBuild Begin(QdrantClient client, CollectionEntries entries, string name, ModelIdentity model, string modelFolder, ILogger? logger, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(modelFolder);
        time ??= TimeProvider.System;
        GenerationLease lease = GenerationLease.Take(entries, name, client.Options.WriterLease, time);
        try
        {
            GenerationEntry generation = QdrantGenerations.FindOrAdd(client, lease, model, modelFolder, time.GetUtcNow());
            var layout = new QdrantLayout(name, generation.Number);
            layout.Create(client, model.Dimension, model.Dimension);
            GenerationPoints.CreateIndexes(client, layout);
            // Of a collection from before assets had revisions.
            client.CreatePayloadIndex(lease.Entry.Layout.Assets, AssetPoint.RevisionKey, PayloadIndexType.Integer);
            return new QdrantGenerationBuild(client, entries, lease, generation, logger ?? NullLogger.Instance, time);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private CollectionEntry Bring(IProgress<string>? progress, CancellationToken cancellation)
    {
        Renew();
        // Before anything else: what is written from here on is newer, and comes the next time.
        CollectionEntry entry = entries.Find(Collection) is { } found && found.Identity == lease.Entry.Identity ? found : throw new CollectionReplacedException(Collection);
        if (entry.Generation != running.Generation)
            throw new GenerationSwitchedException(running.Generation, entry.Generation);
        if (entry.Revision == generation.CaughtUp)
            return entry;
        copy.BringSince(generation.CaughtUp, seen =>
        {
            progress?.Report($"copying what is known of the pictures: {seen:N0} files");
            Renew();
        }, cancellation);
        copy.RemoveGone(cancellation);
        GenerationEntry caughtUp = generation with { CaughtUp = entry.Revision };
        lease.Change(new JsonObject { ["generations"] = CollectionEntries.Json(entry.AllGenerations.Select(one => one.Number == Number ? caughtUp : one)) });
        generation = caughtUp;
        return entry;
    }

    // Whoever looks sees all of this or nothing of it: it is one change of one point.
    private JsonObject Switched(CollectionEntry entry)
    {
        DateTimeOffset now = time.GetUtcNow();
        long revision = entry.Revision + 1;
        return new JsonObject
        {
            ["generation"] = Number,
            ["model"] = generation.Model,
            ["modelName"] = generation.ModelName,
            ["modelFolder"] = generation.ModelFolder,
            ["dimension"] = generation.Dimension,
            ["revision"] = revision,
            ["generations"] = CollectionEntries.Json(entry.AllGenerations.Select(one =>
                one.Number == Number ? generation with { State = GenerationState.Running, Changed = now, CaughtUp = revision }
                : one.Number == running.Generation ? one with { State = GenerationState.Kept, Changed = now, CaughtUp = revision }
                : one)),
        };
    }

    // The points of items whose files still have these bytes; as far as the running generation knows by now, too.
    private StoredPoint[] Fitting((ulong ItemId, string ContentHash)[] items, bool asRunning)
    {
        Dictionary<ulong, string> digests = items.DistinctBy(static item => item.ItemId).ToDictionary(static item => item.ItemId, static item => item.ContentHash);
        StoredPoint[] here = [.. client.GetPoints(layout.Items, digests.Keys, GenerationPoints.Digest).Where(AreThese)];
        if (!asRunning || here.Length == 0)
            return here;
        HashSet<ulong> there = [.. client.GetPoints(running.Items, [.. here.Select(static point => point.Id)], GenerationPoints.Digest).Where(AreThese).Select(static point => point.Id)];
        return [.. here.Where(point => there.Contains(point.Id))];

        bool AreThese(StoredPoint point) => GenerationPoints.DigestOf(point) == digests[point.Id];
    }

    // Returns the shots that have other keyframes by now.
    private List<ulong> WriteKeyframes(PreparedVector[] shots)
    {
        if (shots.Length == 0)
            return [];
        ILookup<long, (ulong Id, double Seconds)> known = Keyframes([.. shots.Select(static shot => shot.ItemId)])
            .ToLookup(static point => KeyframePoint.ItemOf(point.Payload), static point => (point.Id, KeyframePoint.SecondsOf(point.Payload)));
        var others = new List<ulong>();
        var points = new List<PointWrite>();
        foreach (PreparedVector shot in shots)
        {
            var ids = known[shot.ItemId].ToDictionary(static one => one.Seconds, static one => one.Id);
            if (ids.Count == shot.Keyframes.Length && Array.TrueForAll(shot.Keyframes, frame => ids.ContainsKey(frame.Seconds)))
                points.AddRange(shot.Keyframes.Select(frame => new PointWrite(ids[frame.Seconds], [NamedVector.Of(QdrantLayout.Frame, frame.Vector)], default)));
            else
                others.Add((ulong)shot.ItemId);
        }

        client.UpdateVectors(layout.Keyframes, points);
        return others;
    }

    private IEnumerable<StoredPoint> Keyframes(long[] items) => client.ScrollAll(layout.Keyframes, new PointScroll
    {
        Filter = new PointFilter { Must = [new PointCondition.MatchInteger(KeyframePoint.ItemKey, items)] },
        WithPayload = KeyframePoint.Payload,
    });

    private void Renew()
    {
        lease.Renew();
        held?.RenewLease();
    }

    private sealed class Hold(QdrantGenerationBuild build) : IDisposable
    {
        public void Dispose()
        {
            lock (build.writing)
            {
                build.held?.Dispose();
                build.held = null;
            }
        }
    }
}
