namespace VisualSearch.Search.Rag.Evidence;

/// <summary>Something that was found for a question.</summary>
/// <param name="Part">The question, by its place among those asked at once.</param>
/// <param name="Result">What the search found.</param>
/// <param name="Text">What is said or written there; empty for a shot that nothing is said over.</param>
/// <param name="Score">What evidence is ordered by; higher is better.</param>
public sealed record FoundEvidence(int Part, SearchResult Result, string Text, double Score);
