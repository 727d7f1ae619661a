namespace VisualSearch.Ann;

/// <summary>How two vectors are compared. Every index reports a <em>distance</em>: lower is nearer.</summary>
public enum Metric
{
    /// <summary>1 − cos(a, b), from 0 to 2. Vectors are scaled to unit length when they enter the index.</summary>
    Cosine = 0,

    /// <summary>−(a · b): the largest inner product comes first. Vectors are kept as given.</summary>
    Dot = 1,

    /// <summary>The squared Euclidean distance, Σ (aᵢ − bᵢ)². Vectors are kept as given.</summary>
    L2 = 2,
}
