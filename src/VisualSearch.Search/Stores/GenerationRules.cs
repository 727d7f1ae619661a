namespace VisualSearch.Search.Stores;

/// <summary>What holds for generations wherever they lie.</summary>
internal static class GenerationRules
{
    /// <summary>Makes sure that a generation lacks nothing that it could have, before it runs.</summary>
    /// <param name="build">The generation.</param>
    /// <param name="missing">Its items without a vector.</param>
    /// <param name="missingPassages">Its passages without one.</param>
    /// <param name="allowGaps">Whether pictures that could not be embedded may be without a vector.</param>
    /// <exception cref="GenerationGapsException">There are such pictures, and they may not.</exception>
    /// <exception cref="InvalidOperationException">Something has not been embedded yet.</exception>
    public static void RequireWhole(this IGenerationBuild build, IReadOnlyList<long> missing, IReadOnlyList<long> missingPassages, bool allowGaps)
    {
        HashSet<long> gaps = [.. build.Gaps().Select(static gap => gap.ItemId)];
        if (missing.FirstOrDefault(id => !gaps.Contains(id)) is long forgotten and not 0)
            throw new InvalidOperationException($"Item {forgotten} has not been embedded yet; embed what {nameof(IGenerationBuild.Missing)} lists first.");
        if (missingPassages is [long passage, ..])
            throw new InvalidOperationException($"Passage {passage} has not been embedded yet; embed what {nameof(IGenerationBuild.MissingPassages)} lists first.");
        if (missing.Count > 0 && !allowGaps)
            throw new GenerationGapsException(build.Collection, build.Number, missing.Count);
    }
}
