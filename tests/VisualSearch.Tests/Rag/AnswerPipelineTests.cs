using System.Runtime.CompilerServices;
using VisualSearch.Search;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Answers;

namespace VisualSearch.Tests.Rag;

/// <summary>Questions to a small collection, through every stage.</summary>
public sealed class AnswerPipelineTests : IDisposable
{
    private readonly Talks talks = Talks.Usual();

    public void Dispose() => talks.Dispose();

    [Theory]
    [InlineData("Who restored the mill of Arden?", "Peter Lund", "The mill was restored by Peter Lund in 1962.", "0.mp4")]
    [InlineData("In which year was the mill restored?", "1962", "The mill was restored by Peter Lund in 1962.", "0.mp4")]
    [InlineData("How many ribs do the sails have?", "eleven", "Its sails weigh two tons and have eleven ribs.", "0.mp4")]
    [InlineData("On which day do the doctors bathe?", "Friday", "Doctors from Tallow bathe below it every Friday.", "1.mp4")]
    [InlineData("Where did Ida Moreau walk over the ice?", "Fennel Island", "Ida Moreau once walked over the ice to Fennel Island.", "2.mp4")]
    public async Task Answers_with_the_sentence_that_says_it(string question, string known, string sentence, string video)
    {
        Answer answer = await talks.AskAsync(question);
        Assert.True(answer.Found);
        Assert.Equal(known, answer.Shorts.SingleOrDefault());
        Assert.Contains(sentence, answer.Text, StringComparison.Ordinal);
        Assert.All(answer.Cited, cited => Assert.Equal(video, answer.Sources[cited - 1].Record.Asset.RelativePath));
        Assert.NotEmpty(answer.Cited);
        Assert.Equal("extractive", answer.Model);
    }

    [Theory]
    [InlineData("Who is the mayor of Arden?")]
    [InlineData("Who restored the mill of Ferndale?")]
    [InlineData("How heavy is the harbour?")]
    [InlineData("What is the dog of Hanna Weiss called?")]
    [InlineData("In which year was Ida Moreau born?")]
    public async Task Refuses_what_nobody_says(string question)
    {
        Answer answer = await talks.AskAsync(question);
        Assert.False(answer.Found, answer.Text);
        Assert.Equal(ExtractiveAnswerer.NotFoundText, answer.Text);
        Assert.Empty(answer.Cited);
        Assert.NotEmpty(answer.Sources);
    }

    [Fact]
    public async Task What_is_seen_and_not_said_counts()
    {
        // Nobody says "bridge", but it is shown while somebody tells when "it" was washed away.
        Answer answer = await talks.AskAsync("When was the bridge washed away?");
        Assert.Equal("1931", answer.Shorts.SingleOrDefault());
        Assert.Contains(answer.Sources, static source => source.Seen.ContainsKey("bridg"));
        Assert.False((await talks.AskAsync("When was the castle opened?")).Found);
    }

    [Fact]
    public async Task A_conversation_is_understood()
    {
        Answer first = await talks.AskAsync("Who restored the mill of Arden?");
        Answer second = await talks.AskAsync("And how many ribs have its sails?", new ChatTurn("Who restored the mill of Arden?", first.Text));
        Assert.Equal("eleven", second.Shorts.SingleOrDefault());
    }

    [Fact]
    public async Task Several_questions_get_several_answers_and_what_is_missing_is_said()
    {
        Answer both = await talks.AskAsync("Who restored the mill, and when does the harbour freeze?");
        Assert.Contains("Peter Lund", both.Text, StringComparison.Ordinal);
        Assert.Contains("Every winter the harbour freezes.", both.Text, StringComparison.Ordinal);
        Answer half = await talks.AskAsync("Who restored the mill, and who is the mayor of Arden?");
        Assert.True(half.Found);
        Assert.Contains("nothing was found", half.Text, StringComparison.Ordinal);
        // What says that nothing was found claims nothing.
        Assert.Equal(0, half.UnsupportedSentences);
        Assert.Equal(["Peter Lund", "eleven"], (await talks.AskAsync("Who restored the mill, and how many ribs do its sails have?")).Shorts);
    }

    [Fact]
    public async Task An_explanation_tells_what_every_stage_did_and_what_became_of_all_evidence()
    {
        AskQuery query = new() { Question = "Who restored the mill of Arden?", K = 2, Explain = true };
        Answer answer = await talks.Answers().AnswerAsync(query);
        AnswerExplanation explanation = Assert.IsType<AnswerExplanation>(answer.Explanation);
        Assert.Equal(["understand", "retrieve", "rank", "pack", "see", "answer", "check"], explanation.Steps.Select(static step => step.Stage));
        Assert.All(explanation.Steps, static step => Assert.NotEmpty(step.Says));
        Assert.InRange(explanation.Steps.Sum(static step => step.Milliseconds), 0, answer.Timings.Total * 1.01);
        string Said(string stage) => string.Join('\n', explanation.Steps.Single(step => step.Stage == stage).Says);
        Assert.Matches(@"mill \d.*Arden \d\S* \(a name\).*a person", Said("understand"));
        Assert.Contains($"{explanation.Evidence.Count} found", Said("retrieve"), StringComparison.Ordinal);
        Assert.Contains("restored by Peter Lund in 1962.” [1], where the answer is “Peter Lund”", Said("answer"), StringComparison.Ordinal);
        Assert.StartsWith("[1] is kept: it has 1.00 of the words", Said("check"), StringComparison.Ordinal);

        Assert.Equal(answer.Sources.Select(static source => (source.Number, source.Record.Item.Id)), explanation.Evidence.Where(static one => one.Source is not null).Select(static one => (one.Source!.Value, one.Record.Item.Id)));
        Assert.Equal(Enumerable.Range(1, explanation.Evidence.Count), explanation.Evidence.Select(static one => one.RankedAt));
        Assert.Equal(explanation.Evidence.Select(static one => one.FoundAt).Order(), explanation.Evidence.Select(static one => one.FoundAt).Distinct().Order());
        Assert.Contains(explanation.Evidence, static one => one.Verdict == "there are 2 better ones");
        Assert.Null((await talks.Answers().AnswerAsync(query with { Explain = false })).Explanation);
    }

    [Fact]
    public async Task An_explanation_of_a_follow_up_tells_what_it_was_taken_for()
    {
        AskQuery query = new() { Question = "And who are the ones from Tallow?", History = [new ChatTurn("Who restored the mill of Arden?", "Peter Lund.")], Explain = true };
        Answer answer = await talks.Answers().AnswerAsync(query);
        Assert.Contains("With what was said before", answer.Explanation!.Steps[0].Says[0], StringComparison.Ordinal);
        using var none = new Talks();
        Answer nothing = await none.Answers().AnswerAsync(query);
        Assert.Equal(["Nothing was found."], nothing.Explanation!.Steps[1].Says);
        Assert.Empty(nothing.Explanation.Evidence);
    }

    [Fact]
    public async Task Events_come_in_order_and_their_words_are_the_answer()
    {
        List<AnswerEvent> events = [];
        await foreach (AnswerEvent happened in talks.Answers().AskAsync(new AskQuery { Question = "Who restored the mill?" }))
            events.Add(happened);
        Assert.IsType<SourcesFound>(events[0]);
        Answered end = Assert.IsType<Answered>(events[^1]);
        Assert.All(events[1..^1], static happened => Assert.IsType<TextAdded>(happened));
        Assert.Equal(end.Answer.Text, string.Concat(events.OfType<TextAdded>().Select(static text => text.Text)).Trim());
        RagTimings times = end.Answer.Timings;
        Assert.True(times.Total >= times.FirstText && times.FirstText >= times.Retrieve, $"{times}");
    }

    [Fact]
    public async Task Sources_say_nothing_twice_and_keep_to_number_and_budget()
    {
        AskQuery query = new() { Question = "Tell me about the mill, the harbour and the bridge", K = 20 };
        Answer many = await talks.Answers().AnswerAsync(query);
        Assert.Equal(many.Sources.Count, many.Sources.Select(static source => (source.Record.Asset.Id, source.Text)).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, many.Sources.Count), many.Sources.Select(static source => source.Number));
        Answer two = await talks.Answers().AnswerAsync(query with { K = 2 });
        Assert.Equal(2, two.Sources.Count);
        Answer small = await talks.Answers(options: new RagOptions { ContextTokens = 80 }).AnswerAsync(query);
        Assert.InRange(small.Sources.Sum(static source => 20 + (source.Text.Length / 4)), 1, 80);
    }

    [Fact]
    public async Task An_empty_collection_answers_nothing_without_asking_anybody()
    {
        using Talks empty = new();
        Answer answer = await empty.Answers(new Fails()).AnswerAsync(new AskQuery { Question = "Who?" });
        Assert.False(answer.Found);
        Assert.Empty(answer.Sources);
    }

    [Theory]
    [InlineData("", 1, "question")]
    [InlineData("   ", 1, "question")]
    [InlineData("Who?", 0, "k")]
    [InlineData("Who?", 21, "k")]
    public void Wrong_questions_are_refused_before_anything_is_done(string question, int k, string field) =>
        Assert.Equal(field, Assert.Throws<QueryException>(() => talks.Answers().AskAsync(new AskQuery { Question = question, K = k })).Field);

    [Fact]
    public void Too_long_a_question_is_refused() =>
        Assert.Contains("2000", Assert.Throws<QueryException>(() => talks.Answers().AskAsync(new AskQuery { Question = new string('a', 2001) })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task What_an_answerer_claims_is_checked()
    {
        Answer answer = await talks.Answers(new Says("Peter Lund restored it. [1] ", "The Queen of Spain restored it", " in 1742 [1", "]. [99]"))
            .AnswerAsync(new AskQuery { Question = "Who restored the mill of Arden?" });
        Assert.Equal([1], answer.Cited);
        Assert.Equal((2, 1), (answer.DroppedCitations, answer.UnsupportedSentences));
        Assert.DoesNotContain("[99]", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_the_wait_ends_the_answerer()
    {
        using CancellationTokenSource source = new();
        Waits waits = new();
        IAsyncEnumerator<AnswerEvent> events = talks.Answers(waits).AskAsync(new AskQuery { Question = "Who restored the mill?" }, source.Token).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        ValueTask<bool> next = events.MoveNextAsync();
        await waits.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await events.DisposeAsync();
        Assert.True(waits.Ended);
    }

    private sealed class Says(params string[] pieces) : IAnswerer
    {
        public string Name => "says";

        public async IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            foreach (string piece in pieces)
            {
                await Task.Yield();
                yield return new AnswerPiece(piece);
            }
        }
    }

    private sealed class Fails : IAnswerer
    {
        public string Name => "fails";

        public IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, CancellationToken cancellation = default) => throw new InvalidOperationException("nobody should be asked");
    }

    private sealed class Waits : IAnswerer
    {
        public TaskCompletionSource Waiting { get; } = new();

        public bool Ended { get; private set; }

        public string Name => "waits";

        public async IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            try
            {
                Waiting.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
                yield break;
            }
            finally
            {
                Ended = true;
            }
        }
    }
}
