using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Indexer.Embed;

/// <summary>
/// Vectors of passages by a text tower that reads a sentence at a time: the mean over a passage's sentences, so that what comes after the
/// tower's last token is not lost.
/// </summary>
public static class PassageVectors
{
    private const int Batch = 64;

    /// <summary>The text that a passage of the catalog is embedded by; of the one about a video as a whole, its title, text and tags.</summary>
    /// <param name="passage">The passage.</param>
    public static string TextOf(ItemRecord passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        return passage.Item.Text ?? About(passage.Asset);
    }

    /// <summary>What is written about a file as a whole: title, text and tags.</summary>
    /// <param name="asset">The file.</param>
    public static string About(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return string.Join(". ", new[] { asset.Title, asset.Text, string.Join(", ", asset.Tags) }.Where(static part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>One vector of the encoder's dimension for each text.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="texts">Any texts; one without a word is given the vector of an empty text.</param>
    public static IReadOnlyList<float[]> Encode(DualEncoder encoder, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(texts);
        var sentences = new List<(int Text, string Sentence)>();
        for (var i = 0; i < texts.Count; i++)
        {
            var text = texts[i];
            var ranges = Sentences.Split(text);
            if (ranges.Count == 0) sentences.Add((i, text));
            foreach (var range in ranges) sentences.Add((i, text[range]));
        }

        var sums = new float[texts.Count][];
        for (var i = 0; i < sums.Length; i++) sums[i] = new float[encoder.Dimension];
        var vectors = new float[Batch * encoder.Dimension];
        foreach (var part in sentences.Chunk(Batch))
        {
            encoder.EncodeTexts([.. part.Select(static one => one.Sentence)], vectors.AsSpan(0, part.Length * encoder.Dimension));
            for (var i = 0; i < part.Length; i++)
            {
                var sum = sums[part[i].Text];
                for (var j = 0; j < sum.Length; j++) sum[j] += vectors[(i * sum.Length) + j];
            }
        }

        return sums;
    }
}
