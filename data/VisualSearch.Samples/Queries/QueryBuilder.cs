using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Queries;

internal static class QueryBuilder
{
    internal static QuerySet Build(long seed, IReadOnlyList<Scene> scenes) => new([], []);
}
