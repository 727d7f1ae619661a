using VisualSearch.Encoders.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>The collections that an agent's tools work on. May be called from any number of threads.</summary>
public interface IToolCollections
{
    /// <summary>What there is, in order of name; one that can't be opened has a <see cref="CollectionInfo.Fault"/>.</summary>
    IReadOnlyList<CollectionInfo> List();

    /// <summary>A collection, for as long as the result is not disposed.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="SearchException">There is none of this name, or it can't be opened.</exception>
    /// <exception cref="ModelException">Its model can't be found or used.</exception>
    ToolCollection Open(string name);
}

/// <summary>A collection that is open for one call of a tool.</summary>
public sealed class ToolCollection : IDisposable
{
    private readonly Lazy<AnswerPipeline> answers;
    private readonly Action? close;

    /// <summary>A collection and what searches it.</summary>
    /// <param name="store">The collection.</param>
    /// <param name="encoder">The encoder of its model.</param>
    /// <param name="search">The search over it.</param>
    /// <param name="answers">Makes what answers questions from it; called when the first question is asked.</param>
    /// <param name="close">What to do when the call has ended; null for nothing.</param>
    public ToolCollection(IStore store, DualEncoder encoder, SearchPipeline search, Func<AnswerPipeline> answers, Action? close = null)
    {
        Store = store;
        Encoder = encoder;
        Search = search;
        this.answers = new Lazy<AnswerPipeline>(answers);
        this.close = close;
    }

    /// <summary>The collection.</summary>
    public IStore Store { get; }

    /// <summary>The encoder of its model.</summary>
    public DualEncoder Encoder { get; }

    /// <summary>The search over it.</summary>
    public SearchPipeline Search { get; }

    /// <summary>What answers questions from it.</summary>
    public AnswerPipeline Answers => answers.Value;

    /// <summary>Ends the use.</summary>
    public void Dispose() => close?.Invoke();
}
