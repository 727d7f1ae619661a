namespace VisualSearch.Encoders.Models;

/// <summary>What a network was run over.</summary>
public enum EncodedKind
{
    /// <summary>Pictures, one vector each.</summary>
    Picture,

    /// <summary>Pictures or parts of them, one vector for each patch.</summary>
    Patches,

    /// <summary>Texts.</summary>
    Text,
}

/// <summary>One run of a network.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Kind">What it was run over.</param>
/// <param name="Count">How many of them at once.</param>
/// <param name="Elapsed">How long the run took, with preparing its input.</param>
public readonly record struct EncodedBatch(string Model, EncodedKind Kind, int Count, TimeSpan Elapsed);
