using System.Diagnostics;
using System.Globalization;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Rag.Answers;
using VisualSearch.Search.Rag.Evidence;
using VisualSearch.Search.Rag.Questions;

namespace VisualSearch.Search.Rag;

/// <summary>Follows one question through the stages: how long each takes, its span where somebody listens, and, where somebody asks, what it did.</summary>
/// <remarks>
/// The span of a stage begins where that of the stage before ends. An answer goes on in pieces, each in the context of whoever asks for the next one: so
/// the span of the whole is kept here and named as the parent, instead of being looked up.
/// </remarks>
internal sealed class AnswerTrace : IDisposable
{
    private readonly CollectionMonitor? monitor;
    private readonly Activity? whole;
    private readonly CancellationToken cancellation;
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly List<string> noted = [];
    private double understood, retrieved, ranked, packed, seen, checking, first;
    private UnderstoodQuestion? question;
    private IReadOnlyList<FoundEvidence> evidence = [];
    private IReadOnlyList<PackedEvidence> considered = [];
    private IReadOnlyList<Source> sources = [];
    private Activity? stage;
    private bool ended;

    public AnswerTrace(CollectionMonitor? monitor, CancellationToken cancellation)
    {
        this.monitor = monitor;
        this.cancellation = cancellation;
        whole = monitor?.Begin("answer question");
        whole?.SetTag("vsearch.collection", monitor!.Collection);
        Enter("understand");
    }

    private double Now => Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    public void Understood(UnderstoodQuestion understanding)
    {
        (question, understood) = (understanding, Now);
        Enter("retrieve");
    }

    public void Retrieved(IReadOnlyList<FoundEvidence> found)
    {
        (evidence, retrieved) = (found, Now);
        stage?.SetTag("vsearch.found", found.Count);
        Enter("rank");
    }

    public void Ranked()
    {
        ranked = Now;
        Enter("pack");
    }

    public void Packed(IReadOnlyList<PackedEvidence> all)
    {
        (considered, packed) = (all, Now);
        Enter("see");
    }

    public void Seen(IReadOnlyList<Source> chosen)
    {
        (sources, seen) = (chosen, Now);
        stage?.SetTag("vsearch.sources", chosen.Count);
        Enter("answer");
    }

    /// <summary>Lets calls to a language model be children of the stage, also after a piece was handed out.</summary>
    public void Resume()
    {
        if (stage is not null)
            Activity.Current = stage;
    }

    /// <summary>Takes what the answerer notes, and when its first words come.</summary>
    public void Answering(AnswerPiece piece)
    {
        noted.AddRange(piece.Notes);
        if (piece.Text.Length > 0 && first == 0)
            first = Now;
    }

    /// <summary>Counts time as checking.</summary>
    public string Checking(Func<string> check)
    {
        double from = Now;
        string shown = check();
        checking += Now - from;
        return shown;
    }

    public RagTimings Times() => new(understood, retrieved - understood, seen - retrieved, first, Now);

    /// <summary>The answer is complete.</summary>
    public void Ended(RagTimings times, bool found, TokenUsage? usage)
    {
        ended = true;
        if (monitor is null)
            return;
        stage?.SetTag("vsearch.first_text_ms", first);
        stage?.SetTag("vsearch.check_ms", checking);
        whole?.SetTag("vsearch.found", found);
        SearchInstruments instruments = monitor.Instruments;
        string collection = monitor.Collection;
        instruments.Answered(collection, found ? "found" : "not_found", times.Total / 1000);
        instruments.AnswerStaged(collection, "understand", times.Understand / 1000);
        instruments.AnswerStaged(collection, "retrieve", times.Retrieve / 1000);
        instruments.AnswerStaged(collection, "rank", times.Rank / 1000);
        instruments.AnswerStaged(collection, "answer", (times.Total - seen) / 1000);
        if (usage is not null)
            instruments.Tokens(usage.Input, usage.Output);
    }

    /// <summary>Ends the spans. An answer that did not come to its end has failed, or nobody wanted the rest of it.</summary>
    public void Dispose()
    {
        if (!ended)
        {
            bool cancelled = cancellation.IsCancellationRequested;
            monitor?.Instruments.Answered(monitor.Collection, cancelled ? Outcome.Cancelled : Outcome.Failed, Now / 1000);
            whole?.SetStatus(cancelled ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        }

        stage?.Dispose();
        whole?.Dispose();
    }

    public AnswerExplanation Explain(RagTimings times, CitationCheck check) => new(
        [
            new("understand", understood, Understanding(question!)),
            new("retrieve", retrieved - understood, Retrieval()),
            new("rank", ranked - retrieved, Ranking()),
            new("pack", packed - ranked, Packing()),
            new("see", seen - packed, Seeing()),
            new("answer", Math.Max(0, times.Total - seen - checking), noted),
            new("check", checking, check.Notes),
        ],
        [.. considered.Zip(RankedAt(), Explained)]);

    private void Enter(string name)
    {
        stage?.Dispose();
        stage = whole is null ? null : monitor!.Activities.StartActivity(name, ActivityKind.Internal, whole.Context);
    }

    private static List<string> Understanding(UnderstoodQuestion question)
    {
        List<string> says = [];
        if (question.Standalone != question.Asked.Trim())
            says.Add($"With what was said before, the question is “{question.Standalone}”.");
        foreach (QuestionPart part in question.Parts)
        {
            string words = part.Words.Count == 0 ? "no word that tells" : string.Join(", ", part.Words.Select(static word => Invariant($"{word.Text} {word.Rarity:0.0}{(word.IsName ? " (a name)" : "")}")));
            says.Add($"“{part.Text}” is about {words}, each with how rare it is here; it asks for {AnswerKinds.Name(part.Expects)}.");
        }

        if (question.Filter is not null)
            says.Add($"Only what passes a filter may be a source: {question.Phrase}.");
        return says;
    }

    private List<string> Retrieval()
    {
        if (evidence.Count == 0)
            return ["Nothing was found."];
        int By(FoundBy way) => evidence.Count(one => one.Result.FoundBy.HasFlag(way));
        return
        [
            $"{evidence.Count} found: {By(FoundBy.Picture)} by what is seen, {By(FoundBy.Words)} by words, {By(FoundBy.Meaning)} by meaning; the best match has {evidence.Max(static one => one.Result.Match)} of 100.",
        ];
    }

    private List<string> Ranking()
    {
        if (considered.Count == 0)
            return [];
        int moved = considered.Zip(RankedAt()).Count(static one => one.First.Evidence.Result.Position != one.Second);
        return [moved == 0 ? "The search's order was kept." : $"{moved} of {considered.Count} changed their place; the first was at {considered[0].Evidence.Result.Position}."];
    }

    // The place of each among what was found for the same question, from 1.
    private int[] RankedAt()
    {
        Dictionary<int, int> last = [];
        return [.. considered.Select(one => last[one.Evidence.Part] = last.GetValueOrDefault(one.Evidence.Part) + 1)];
    }

    private List<string> Packing() =>
    [
        $"{sources.Count} of {considered.Count} are sources.",
        .. considered.Where(static one => one.Source is null).GroupBy(static one => one.Verdict).OrderByDescending(static group => group.Count())
            .Select(static group => $"{group.Count()} not: {group.Key}."),
    ];

    private List<string> Seeing()
    {
        Dictionary<string, string> words = question!.Parts.SelectMany(static part => part.Words).DistinctBy(static word => word.Stem).ToDictionary(static word => word.Stem, static word => word.Text, StringComparer.Ordinal);
        List<string> says =
        [
            .. sources.Where(static source => source.Seen.Count > 0).Select(source =>
                $"Source {source.Number} shows what nobody says there: {string.Join(", ", source.Seen.Select(one => Invariant($"{words.GetValueOrDefault(one.Key, one.Key)} {one.Value:0.00}")))}."),
        ];
        return says.Count > 0 ? says : ["No source's picture surely shows a word of the question that is not said there."];
    }

    private static ExplainedEvidence Explained(PackedEvidence one, int rankedAt) => new(
        one.Evidence.Result.Record, one.Evidence.Part, one.Evidence.Result.Position, rankedAt, one.Evidence.Score, one.Evidence.Result.Match, one.Evidence.Result.FoundBy,
        one.Evidence.Text, one.Source?.Number, one.Verdict);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
