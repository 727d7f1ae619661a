namespace VisualSearch.Search.Rag.Evidence;

/// <summary>Evidence that was considered as a source.</summary>
/// <param name="Evidence">What was found.</param>
/// <param name="Source">The source that it is; null when it is none.</param>
/// <param name="Verdict">Why it is one, or why not.</param>
public sealed record PackedEvidence(FoundEvidence Evidence, Source? Source, string Verdict);
