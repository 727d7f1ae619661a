using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Encoders.Models;

/// <summary>Opens the tokenizer that a manifest names.</summary>
internal static class ModelTokenizer
{
    /// <summary>Reads the tokenizer's files.</summary>
    /// <exception cref="ModelException">They can't be used, or don't fit the manifest.</exception>
    public static ITokenizer Open(ModelManifest manifest)
    {
        TokenizerFiles files = manifest.Text.Tokenizer;
        string vocabulary = manifest.PathOf(files.Vocabulary);
        try
        {
            ITokenizer tokenizer = files.Kind switch
            {
                TokenizerKind.ClipBpe => ClipTokenizer.Load(vocabulary, manifest.PathOf(files.Merges!), files.Start!, files.End),
                TokenizerKind.WordPiece => WordPieceTokenizer.Load(vocabulary, files.Start!, files.End, files.Unknown!),
                _ => SentencePieceTokenizer.Load(
                    vocabulary, files.Start, files.End, files.Offset, files.Cleaning == TextCleaningRule.LowerNoPunctuation),
            };
            return manifest.Text.Padding < tokenizer.Vocabulary
                ? tokenizer
                : throw new ModelException(
                    $"'{manifest.PathOf(ModelManifest.FileName)}': $.text.padding is {manifest.Text.Padding}, but '{files.Vocabulary}' "
                    + $"has ids up to {tokenizer.Vocabulary - 1}. Correct it, or install the model again.");
        }
        catch (TokenizerException e)
        {
            throw new ModelException(e.Message, e);
        }
    }
}
