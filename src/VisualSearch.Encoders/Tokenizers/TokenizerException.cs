namespace VisualSearch.Encoders.Tokenizers;

/// <summary>A vocabulary or merges file that no tokenizer can be made from; the message names file, place and remedy.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>Makes the exception with a message for the user.</summary>
    public TokenizerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message for the user and the fault below it.</summary>
    public TokenizerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
