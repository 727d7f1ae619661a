using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>A vector search that is to be repeated.</summary>
/// <param name="Collection">The collection's name.</param>
/// <param name="Store">The collection.</param>
/// <param name="Vector">What was looked for; nobody changes it.</param>
/// <param name="K">How many were asked for.</param>
/// <param name="Allowed">The items that the filter let through; null for all.</param>
/// <param name="EfSearch">0 for the index's default.</param>
/// <param name="Hold">Keeps the collection open until the result is disposed; null when it is closed already.</param>
internal sealed record RecallSample(string Collection, IStore Store, float[] Vector, int K, ItemScope? Allowed, int EfSearch, Func<IDisposable?> Hold);
