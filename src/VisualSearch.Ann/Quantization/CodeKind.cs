using System.Diagnostics.CodeAnalysis;

namespace VisualSearch.Ann;

/// <summary>What a graph search reads at each hop. The best of what it finds is always rescored with float32.</summary>
public enum CodeKind
{
    /// <summary>The float32 vectors themselves: the most exact, four times the bytes of <see cref="Int8"/>.</summary>
    None = 0,

    /// <summary>One byte a dimension, with a scale and an offset for each vector.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name that the literature and every vector index give it.")]
    Int8 = 1,

    /// <summary>Four bits a dimension, of the vector turned by a random rotation. Half the bytes, coarser: more of what is found is rescored.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name that the literature and every vector index give it.")]
    Int4 = 2,
}
