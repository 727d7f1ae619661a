namespace VisualSearch.Indexer;

/// <summary>An index run could not begin: a given path does not exist or can't be read.</summary>
public sealed class IndexException(string message) : Exception(message);
