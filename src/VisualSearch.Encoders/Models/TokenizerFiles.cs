namespace VisualSearch.Encoders.Models;

/// <summary>Which tokenizer a model's text network was trained with.</summary>
public enum TokenizerKind
{
    /// <summary><c>clip-bpe</c>: <see cref="Tokenizers.ClipTokenizer"/>.</summary>
    ClipBpe,

    /// <summary><c>wordpiece</c>: <see cref="Tokenizers.WordPieceTokenizer"/>.</summary>
    WordPiece,

    /// <summary><c>sentencepiece</c>: <see cref="Tokenizers.SentencePieceTokenizer"/>.</summary>
    SentencePiece,
}

/// <summary>What is done to a text before a SentencePiece model reads it.</summary>
public enum TextCleaningRule
{
    /// <summary>Nothing but what the SentencePiece model itself says.</summary>
    None,

    /// <summary><c>lower-no-punctuation</c>: lower-case, ASCII punctuation out, white space to single spaces, as SigLIP was trained.</summary>
    LowerNoPunctuation,
}

/// <summary>A tokenizer's kind, files and marks.</summary>
public sealed record TokenizerFiles
{
    /// <summary>Which tokenizer.</summary>
    public required TokenizerKind Kind { get; init; }

    /// <summary>JSON file of token and id (clip-bpe), text file of a token a line (wordpiece), or SentencePiece model file.</summary>
    public required string Vocabulary { get; init; }

    /// <summary>Text file: the merges, best first. For clip-bpe only.</summary>
    public string? Merges { get; init; }

    /// <summary>Token that starts a text; null where the model has none (sentencepiece only).</summary>
    public string? Start { get; init; }

    /// <summary>Token that ends a text.</summary>
    public required string End { get; init; }

    /// <summary>Token of a word that can't be cut into pieces; for wordpiece only.</summary>
    public string? Unknown { get; init; }

    /// <summary>
    /// What is added to the ids of a SentencePiece model, 0 or 1: XLM-RoBERTa and what descends from it put <c>&lt;s&gt; &lt;pad&gt; &lt;/s&gt;
    /// &lt;unk&gt;</c> before the pieces, so that each piece moves up by one.
    /// </summary>
    public int Offset { get; init; }

    /// <summary>What is done to a text first; for sentencepiece only.</summary>
    public TextCleaningRule Cleaning { get; init; }

    internal IEnumerable<string> Files => Merges is null ? [Vocabulary] : [Vocabulary, Merges];

    internal string KindName => Kind switch
    {
        TokenizerKind.ClipBpe => "clip-bpe",
        TokenizerKind.WordPiece => "wordpiece",
        _ => "sentencepiece",
    };
}
