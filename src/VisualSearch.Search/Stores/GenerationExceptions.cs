namespace VisualSearch.Search.Stores;

/// <summary>Another generation runs than the one that a store was opened on; what it would write would be of the wrong model.</summary>
public sealed class GenerationSwitchedException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="own">The generation that the store was opened on.</param>
    /// <param name="running">The one that runs now.</param>
    public GenerationSwitchedException(int own, int running)
        : base("generation-switched", $"The collection has switched from generation {own} to {running} since it was opened. Open it again, with the model of generation {running}.")
    {
    }
}

/// <summary>There is no generation of this number.</summary>
public sealed class GenerationNotFoundException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="number">The generation asked for.</param>
    /// <param name="available">Those that there are.</param>
    public GenerationNotFoundException(string collection, int number, IReadOnlyCollection<int> available)
        : base("generation-not-found", $"Collection '{collection}' has no generation {number}; there are: {string.Join(", ", available)}. See: vsearch collections info {collection}")
    {
    }
}

/// <summary>What is asked of a generation does not go with the state that the generations are in.</summary>
public sealed class GenerationStateException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What stands against it, and what to do.</param>
    public GenerationStateException(string message)
        : base("generation-state", message)
    {
    }

    internal static GenerationStateException HasModel(string collection, ModelIdentity model, int running) =>
        new($"Collection '{collection}' has model {model.Name} ({model.Fingerprint}) already, in generation {running}. Give another one with --model.");

    internal static GenerationStateException AnotherIsBuilt(string collection, int number, ModelIdentity model, string modelFolder) =>
        new($"Generation {number} of collection '{collection}' is being built with model {model.Name}. Go on with that one " +
            $"(--model {(modelFolder.Length > 0 ? modelFolder : model.Name)}), or drop it: vsearch collections prune {collection} --generation {number}");

    internal static GenerationStateException IsSearched(string collection, int number) =>
        new($"Generation {number} of collection '{collection}' is the one that is searched. Switch to another first, or drop the collection: vsearch collections drop {collection}");
}

/// <summary>A generation can't run yet: some pictures could not be embedded, and nobody has said that this is all right.</summary>
public sealed class GenerationGapsException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="number">The generation.</param>
    /// <param name="gaps">How many items have no vector.</param>
    public GenerationGapsException(string collection, int number, long gaps)
        : base("generation-gaps", Describe(collection, number, gaps))
    {
    }

    private static string Describe(string collection, int number, long gaps) =>
        $"{gaps:N0} pictures of collection '{collection}' could not be embedded, so generation {number} does not run yet and the old one goes on. " +
        "Make them readable and run the same command again (only they are embedded), take those that are gone out of the collection with " +
        "vsearch index, or add --allow-missing: they then stay in the collection and are found by words, tags and filters, but not by likeness, " +
        "until vsearch index can read them.";
}

/// <summary>The model that a collection's vectors come from is not on this machine.</summary>
public sealed class ModelNotFoundException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="model">The model its vectors come from.</param>
    public ModelNotFoundException(string collection, ModelIdentity model)
        : base("model-not-found", Describe(collection, model))
    {
    }

    private static string Describe(string collection, ModelIdentity model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return $"Collection '{collection}' has vectors of model {model.Name} ({model.Fingerprint}), which is neither the default model nor installed, nor where it " +
            "was when they were made. Install it, or give its folder with --model.";
    }
}
