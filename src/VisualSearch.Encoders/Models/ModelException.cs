namespace VisualSearch.Encoders.Models;

/// <summary>
/// A model that can't be used: absent, damaged, described wrongly, or refused by ONNX Runtime. The message names the file or the
/// place in <c>model.json</c>, the value found, and what to do.
/// </summary>
public sealed class ModelException : Exception
{
    /// <summary>Makes the exception with a message for the user.</summary>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message for the user and the fault below it.</summary>
    public ModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
