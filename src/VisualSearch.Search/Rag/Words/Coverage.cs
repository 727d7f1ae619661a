using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag.Words;

/// <summary>How much of a question is said by a text.</summary>
/// <param name="Share">The share of the question's words, weighed by rarity, 0..1.</param>
/// <param name="Telling">The same of those words that are no names, or of the names where there is nothing else.</param>
/// <param name="MissingNames">Names of the question that neither the text nor what surrounds it has.</param>
internal readonly record struct Coverage(double Share, double Telling, int MissingNames)
{
    /// <summary>What texts cover of a question together.</summary>
    /// <param name="part">The question.</param>
    /// <param name="seen">What a picture shows, with chances; null for none.</param>
    /// <param name="texts">Stems of a text, of its surroundings, of what is farther away, each with what a word there counts, 0..1; a word counts where it counts most.</param>
    public static Coverage Of(QuestionPart part, IReadOnlyDictionary<string, double>? seen, params ReadOnlySpan<(IReadOnlySet<string> Stems, double Counts)> texts)
    {
        Weight names = default, others = default;
        int missing = 0;
        foreach (QuestionWord word in part.Words)
        {
            double counts = seen?.GetValueOrDefault(word.Stem) ?? 0;
            foreach ((IReadOnlySet<string> stems, double share) in texts)
            {
                if (stems.Contains(word.Stem))
                    counts = Math.Max(counts, share);
            }

            if (word.IsName)
                names = names.And(word.Rarity, counts);
            else
                others = others.And(word.Rarity, counts);
            if (counts == 0 && word.IsName)
                missing++;
        }

        return new Coverage(names.With(others).Share, others.All > 0 ? others.Share : names.Share, missing);
    }

    /// <summary>The stems of a text. A word with a hyphen counts whole and in its parts.</summary>
    public static HashSet<string> Stems(params IEnumerable<string?> texts)
    {
        HashSet<string> stems = new(StringComparer.Ordinal);
        foreach (Word word in texts.Where(static text => text is not null).SelectMany(static text => Word.In(text!)))
        {
            stems.Add(word.Stem);
            if (word.Text.Contains('-', StringComparison.Ordinal))
                stems.UnionWith(word.Text.Split('-').Where(static part => part.Length > 0).Select(Word.StemOf));
        }

        return stems;
    }

    /// <summary>The stems of what is known about a file: its title, tags, text and fields.</summary>
    public static HashSet<string> About(Asset asset) => Stems(
    [
        asset.Title, asset.Text, .. asset.Tags, .. asset.Fields.Values.Where(static value => value.Kind == FieldKind.Text).Select(static value => value.Text),
    ]);

    private readonly record struct Weight(double Covered, double All)
    {
        public double Share => All == 0 ? 0 : Covered / All;

        public Weight And(double rarity, double counts) => new(Covered + (rarity * counts), All + rarity);

        public Weight With(Weight other) => new(Covered + other.Covered, All + other.All);
    }
}
