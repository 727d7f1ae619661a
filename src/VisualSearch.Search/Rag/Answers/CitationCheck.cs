using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Answers;

/// <summary>
/// The stage "check": lets the text of an answer through as it comes, but each citation only if its source supports the sentence. A sentence
/// without a citation gets that of the source which supports it best, if one does.
/// </summary>
/// <remarks>
/// A source supports a sentence that shares its telling words, and has all of its numbers. That is checked by words, so a true
/// sentence in quite other words is thought unsupported: it stays, without a citation, and is counted. What a model sees in a source's picture
/// no text can confirm: such a citation stays, and is counted as taken on trust.
/// </remarks>
/// <param name="sources">What may be cited.</param>
/// <param name="question">The question; its words need no support.</param>
public sealed partial class CitationCheck(IReadOnlyList<Source> sources, string question)
{
    // Half of the words: "built in 1953 by the town" is supported by "It was completed in 1953". Answers that quote have all of them.
    private const double LeastSupport = 0.5;

    // A marker is short; a bracket that stays open longer is text.
    private const int LongestMarker = 24;

    private readonly StringBuilder held = new();
    private readonly StringBuilder sentence = new();
    private readonly StringBuilder text = new();
    private readonly List<int> cited = [];
    private readonly HashSet<string> asked = Coverage.Stems(question);
    private readonly HashSet<string>[] stems = [.. sources.Select(static source => Stems(source))];
    private readonly HashSet<int> looksAt = [];
    private readonly List<string> notes = [];
    private bool citedHere, ended;

    /// <summary>The answer so far, as it was let through.</summary>
    public string Text => text.ToString();

    /// <summary>Numbers of cited sources, in order of first citation.</summary>
    public IReadOnlyList<int> Cited => cited;

    /// <summary>How many citations were taken away.</summary>
    public int Dropped { get; private set; }

    /// <summary>How many citations were kept because the source's picture was looked at, though its text does not say that.</summary>
    public int OnTrust { get; private set; }

    /// <summary>How many sentences no source supports.</summary>
    public int Unsupported { get; private set; }

    /// <summary>What was decided and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Says whose pictures the answerer looks at.</summary>
    /// <param name="numbers">Numbers of sources.</param>
    public void LooksAt(IEnumerable<int> numbers) => looksAt.UnionWith(numbers);

    /// <summary>Takes the next piece of the answer.</summary>
    /// <returns>What may be shown now; may be empty, while a bracket is open.</returns>
    public string Add(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        var shown = new StringBuilder();
        foreach (char letter in piece)
            Take(letter, shown);
        text.Append(shown);
        return shown.ToString();
    }

    /// <summary>Takes words that claim nothing, such as that nothing was found; they end the sentence before them and need no source.</summary>
    /// <returns>What may be shown now.</returns>
    public string AddRemark(string remark)
    {
        string shown = End() + remark;
        text.Append(remark);
        return shown;
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>What may be shown yet.</returns>
    public string End()
    {
        var shown = new StringBuilder();
        Release(shown);
        EndSentence(shown);
        text.Append(shown);
        return shown.ToString();
    }

    private void Take(char letter, StringBuilder shown)
    {
        if (held.Length > 0)
        {
            held.Append(letter);
            if (letter == ']')
                Decide(shown);
            else if (held.Length > LongestMarker || letter is '\n')
                Release(shown);
            return;
        }

        if (letter == '[')
        {
            held.Append(letter);
            return;
        }

        // Behind the full stop citations may still come; the next letter begins a new sentence.
        if (ended && char.IsLetterOrDigit(letter))
            EndSentence(shown);
        if (letter is '.' or '!' or '?' or '。' or '！' or '？' or '\n')
            ended = sentence.Length > 0;
        else if (ended && !char.IsWhiteSpace(letter) && letter is not ('"' or '”' or '’' or '\'' or ')'))
            ended = false;
        sentence.Append(letter);
        shown.Append(letter);
    }

    private void Decide(StringBuilder shown)
    {
        string marker = held.ToString();
        held.Clear();
        if (Marker().Match(marker) is not { Success: true } match)
        {
            sentence.Append(marker);
            shown.Append(marker);
            return;
        }

        foreach (Capture number in match.Groups["n"].Captures)
        {
            bool known = int.TryParse(number.ValueSpan, out int n) && n >= 1 && n <= sources.Count;
            double support = known ? Support(n - 1) : 0;
            if (support < LeastSupport && !looksAt.Contains(n))
            {
                Dropped++;
                Note(known ? $"[{n}] is taken away: {Has(support)}" : $"[{n}] is taken away: there is no such source. It stood behind");
                continue;
            }

            OnTrust += support < LeastSupport ? 1 : 0;
            Note(support < LeastSupport ? $"[{n}] is kept on trust, its picture was looked at: {Has(support)}" : $"[{n}] is kept: {Has(support)}");
            Cite(n, shown);
        }
    }

    private void Cite(int number, StringBuilder shown)
    {
        citedHere = true;
        shown.Append('[').Append(number).Append(']');
        if (!cited.Contains(number))
            cited.Add(number);
    }

    private void Note(string verdict) => notes.Add($"{verdict} “{sentence.ToString().Trim()}”.");

    private static string Has(double support) => string.Create(CultureInfo.InvariantCulture, $"it has {support:0.00} of the words of");

    private void Release(StringBuilder shown)
    {
        sentence.Append(held);
        shown.Append(held);
        held.Clear();
    }

    private void EndSentence(StringBuilder shown)
    {
        if (!citedHere && sentence.ToString().Any(char.IsLetterOrDigit))
        {
            int best = Enumerable.Range(0, sources.Count).OrderByDescending(Support).FirstOrDefault(-1);
            if (best >= 0 && Support(best) >= LeastSupport)
            {
                shown.Append(shown.Length > 0 && shown[^1] == ' ' ? "" : " ");
                Note($"[{best + 1}] is added: {Has(Support(best))}");
                Cite(best + 1, shown);
                shown.Append(' ');
            }
            else
            {
                Unsupported++;
                Note("No source supports");
            }
        }

        sentence.Clear();
        (citedHere, ended) = (false, false);
    }

    // The share of the sentence's telling words that the source has; none, where a number is not the source's.
    private double Support(int source)
    {
        if (sources[source].Text.Contains(sentence.ToString().Trim(), StringComparison.Ordinal))
            return 1;
        int all = 0, had = 0;
        foreach (Word word in Word.In(sentence.ToString()))
        {
            if (FunctionWords.Has(word.Text))
                continue;
            bool has = stems[source].Contains(word.Stem);
            if (!has && char.IsDigit(word.Text[0]) && !asked.Contains(word.Stem))
                return 0;
            if (!has && asked.Contains(word.Stem))
                continue;
            all++;
            if (has)
                had++;
        }

        return all == 0 ? 0 : (double)had / all;
    }

    private static HashSet<string> Stems(Source source)
    {
        HashSet<string> stems = Coverage.Stems(source.Text, source.Record.Asset.RelativePath);
        stems.UnionWith(Coverage.About(source.Record.Asset));
        if (source.Moment is { } moment)
            stems.UnionWith([$"{(int)moment / 60}", $"{(int)moment % 60:00}"]);
        return stems;
    }

    [GeneratedRegex(@"^\[\s*\^?(?<n>\d+)(?:\s*[,;]\s*\^?(?<n>\d+))*\s*\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
