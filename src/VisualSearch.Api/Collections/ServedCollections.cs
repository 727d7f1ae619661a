using VisualSearch.Api.Hosting;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Tools;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Collections;

/// <summary>The collections of a data folder for an agent's tools, as the server has them: opened when first used, kept open, and following a switch to another generation.</summary>
public sealed class ServedCollections : IToolCollections, IDisposable
{
    private readonly CollectionRegistry _registry;
    private readonly IAnswerer? _answerer;

    /// <summary>Looks at a data folder; nothing is opened yet.</summary>
    /// <param name="options">The data folder, and the model and rules if any; where to listen plays no part.</param>
    /// <param name="loggers">Where to report that a collection was switched.</param>
    /// <param name="answerer">Who puts answers into words; null for the extractive answerer.</param>
    public ServedCollections(ApiOptions options, ILoggerFactory loggers, IAnswerer? answerer = null)
    {
        _registry = new CollectionRegistry(options, loggers.CreateLogger<CollectionRegistry>());
        _answerer = answerer;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CollectionInfo> List() => _registry.List();

    /// <inheritdoc/>
    public ToolCollection Open(string name)
    {
        var open = _registry.Open(name);
        return new ToolCollection(open.Store, open.Encoder, open.Pipeline, () => new AnswerPipeline(open.Store, open.Pipeline, _answerer), open.Dispose);
    }

    /// <summary>Closes all collections. No tool may be at work.</summary>
    public void Dispose() => _registry.Dispose();
}
