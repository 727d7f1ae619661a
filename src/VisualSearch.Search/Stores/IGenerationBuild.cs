using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// A generation of a collection in the making, beside the one that is searched; or a kept one that is brought up to date to go back to.
/// <code>
/// CatchUp         what came, changed and went in the running generation meanwhile is known here too
/// Missing, Load   what has no vector in it yet
/// Write, SetGaps  vectors, or why there is none; what was written survives a kill
/// Candidate       a store over it, to compare it with the running one
/// ReadyAsync      its index is built
/// HoldWritersAsync from here on no picture comes or goes
/// Switch          at once: it runs, the other one is kept
/// </code>
/// Pictures come, change and go in the running generation meanwhile, by other processes too. Used by one thread at a time, but for
/// <see cref="Load"/>, <see cref="KeyframeSeconds"/>, <see cref="Write"/> and <see cref="SetGaps"/>. Where it lies on a server, each member
/// may fail as calls to it do.
/// </summary>
public interface IGenerationBuild : IDisposable
{
    /// <summary>The generation's number.</summary>
    int Number { get; }

    /// <summary>Whether it was kept from before and is only brought up to date, instead of being built.</summary>
    bool WasKept { get; }

    /// <summary>The model of its vectors.</summary>
    ModelIdentity Model { get; }

    /// <summary>The collection's name.</summary>
    string Collection { get; }

    /// <summary>How many items the collection has.</summary>
    long Items { get; }

    /// <summary>How many of them have a vector in this generation, as far as it has caught up.</summary>
    long Vectors { get; }

    /// <summary>
    /// Brings in what came, changed and went in the running generation since this was last done; <see cref="Missing"/> does so itself. The
    /// first time that is everything but vectors, which takes a while on a server, so that it can be watched and ended here.
    /// </summary>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends it early; what was brought in stays.</param>
    void CatchUp(IProgress<string>? progress = null, CancellationToken cancellation = default);

    /// <summary>The items that have no vector in this generation, in order: new ones, changed ones, and those that could not be embedded before.</summary>
    IReadOnlyList<long> Missing();

    /// <summary>Items with their assets, in the order asked for; those that are gone are left out.</summary>
    /// <param name="itemIds">Item ids.</param>
    IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds);

    /// <summary>The items that could not be embedded.</summary>
    IReadOnlyList<GenerationGap> Gaps();

    /// <summary>Writes vectors. When it returns they are on disk.</summary>
    /// <param name="batch">Vectors; those of items that were changed or removed meanwhile are passed over.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">A vector has a wrong length, a number that is not finite, or only zeros; nothing was written.</exception>
    int Write(IReadOnlyList<GenerationVector> batch);

    /// <summary>When the keyframes of a shot are shown, in order; none for a picture.</summary>
    /// <param name="itemId">The item.</param>
    IReadOnlyList<double> KeyframeSeconds(long itemId);

    /// <summary>The passages that have no vector by this generation's model, in order.</summary>
    IReadOnlyList<long> MissingPassages();

    /// <summary>Writes vectors of passages; those of passages that are gone meanwhile are passed over.</summary>
    /// <param name="batch">Items and vectors, of the generation's dimension.</param>
    /// <exception cref="ArgumentException">A vector has a wrong length, a number that is not finite, or only zeros; nothing was written.</exception>
    void WritePassages(IReadOnlyList<(long ItemId, ReadOnlyMemory<float> Vector)> batch);

    /// <summary>Notes why items have no vector, so that nobody takes them for forgotten.</summary>
    /// <param name="gaps">Items, the digests of their pictures as the catalog had them, and reasons.</param>
    void SetGaps(IReadOnlyList<(long ItemId, string ContentHash, string Reason)> gaps);

    /// <summary>A store over this generation as it stands, to compare it with the running one. It belongs to this build.</summary>
    IStore Candidate();

    /// <summary>Ends when the index of this generation is built, so that whoever searches after the switch finds it ready.</summary>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="GenerationStateException">It can't be built.</exception>
    Task ReadyAsync(IProgress<string>? progress, CancellationToken cancellation);

    /// <summary>Keeps all others from changing the collection until the result is disposed: what is missing now is all that will be.</summary>
    /// <param name="waiting">Told who has to end first.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    Task<IDisposable> HoldWritersAsync(IProgress<string>? waiting, CancellationToken cancellation);

    /// <summary>Lets this generation run and keeps the one that ran, at once. If any of it fails, nothing has changed.</summary>
    /// <param name="allowGaps">Whether pictures that could not be embedded may be without a vector.</param>
    /// <exception cref="GenerationGapsException">There are such pictures, and they may not.</exception>
    /// <exception cref="InvalidOperationException">The writers are not held, or something has not been embedded yet.</exception>
    void Switch(bool allowGaps);
}
