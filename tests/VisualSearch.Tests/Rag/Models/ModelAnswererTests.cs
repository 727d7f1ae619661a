using System.Text;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Tests.Rag.Models;

public sealed class ModelAnswererTests
{
    private static readonly GroundedQuestion Asked = Grounds.Question("When was it built?", "It was built in 1953.", "A gull.");

    [Fact]
    public async Task Pieces_come_as_they_are_said_and_the_last_has_the_usage()
    {
        List<AnswerPiece> pieces = await AnswerAsync(FakeChat.Saying("It was built ", "in 1953. ", "[1]"));
        Assert.Equal(["It was built ", "in 1953. ", "[1]", ""], pieces.Select(static p => p.Text));
        Assert.Equal(new TokenUsage(100, 7), pieces[^1].Usage);
        Assert.Matches(@"was sent the rules, 0 messages of the conversation, \d sources and the pictures of 0 of them\.$", Assert.Single(pieces[^1].Notes));
        Assert.All(pieces, static p => Assert.True(p.Short is null && !p.NotFound));
        Assert.All(pieces.SkipLast(1), static p => Assert.Null(p.Usage));
    }

    [Theory]
    [InlineData("Not found in this collection.")]
    [InlineData("  Not found in this collection.\n")]
    [InlineData("\"Not found in this collection\"")]
    [InlineData("**NOT FOUND IN THIS COLLECTION.**")]
    [InlineData("Not found in this collection. [1]")]
    [InlineData("Not found in this collection. But as everybody knows, it was 1953.")]
    [InlineData("<think>Let me see. Source 1 says it.</think>\n\nNot found in this collection.")]
    public async Task Not_found_is_one_piece_that_says_so(string said)
    {
        foreach (int size in (int[])[1, 4, 1000])
        {
            AnswerPiece piece = Assert.Single(await AnswerAsync(FakeChat.Saying([.. said.Chunk(size).Select(static c => new string(c))])));
            Assert.Equal((ModelAnswerer.NotFoundSentence, true, new TokenUsage(100, 7)), (piece.Text, piece.NotFound, piece.Usage));
        }
    }

    [Theory]
    [InlineData("Not found in this collection of ships is the Vasa. [1]", "Not found in this collection of ships is the Vasa. [1]")]
    [InlineData("Not", "Not")]
    [InlineData("Nothing is said of it, but it was 1953. [1]", "Nothing is said of it, but it was 1953. [1]")]
    [InlineData("<think>Hm. </thin</think> In 1953. [1]", "In 1953. [1]")]
    [InlineData("<thinking> is what he does. [1]", "<thinking> is what he does. [1]")]
    [InlineData("In 1953. [1] Not found in this collection.", "In 1953. [1] Not found in this collection.")]
    public async Task All_else_is_the_answer_whole_in_any_pieces(string said, string answer)
    {
        foreach (int size in (int[])[1, 3, 1000])
        {
            List<AnswerPiece> pieces = await AnswerAsync(FakeChat.Saying([.. said.Chunk(size).Select(static c => new string(c))]));
            Assert.Equal(answer, string.Concat(pieces.Select(static p => p.Text)));
            Assert.DoesNotContain(pieces, static p => p.NotFound);
        }
    }

    [Fact]
    public async Task Without_sources_no_model_is_asked()
    {
        FakeChat chat = FakeChat.Saying("It was 1953.");
        Assert.True(Assert.Single(await AnswerAsync(chat, Grounds.Question("When?"))).NotFound);
        Assert.Empty(chat.Asked);
    }

    [Fact]
    public async Task A_model_gets_no_tools_and_one_it_calls_all_the_same_is_not_called()
    {
        var call = new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("t1", "delete_collection")]);
        var chat = new FakeChat(new ChatResponseUpdate(ChatRole.Assistant, "In 1953. [1]"), call, FakeChat.End(ChatFinishReason.ToolCalls));
        Assert.Equal("In 1953. [1]", string.Concat((await AnswerAsync(chat)).Select(static p => p.Text)));
        Assert.Null(Assert.Single(chat.Asked).Options!.Tools);

        ChatModelException error = await Assert.ThrowsAsync<ChatModelException>(() => AnswerAsync(new FakeChat(call, FakeChat.End(ChatFinishReason.ToolCalls))));
        Assert.Equal(ChatModelFault.BadReply, error.Fault);
        Assert.Contains("called a tool", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_may_not_be_longer_shows_that_it_was_cut()
    {
        var chat = new FakeChat(new ChatResponseUpdate(ChatRole.Assistant, "It was built in"), FakeChat.End(ChatFinishReason.Length));
        Assert.Equal("It was built in …", string.Concat((await AnswerAsync(chat)).Select(static p => p.Text)));
        Assert.Equal(800, Assert.Single(chat.Asked).Options!.MaxOutputTokens);
    }

    [Fact]
    public async Task What_is_no_answer_is_an_error_with_what_to_do()
    {
        var filtered = new FakeChat(new ChatResponseUpdate(ChatRole.Assistant, "It"), FakeChat.End(ChatFinishReason.ContentFilter));
        var refused = new FakeChat(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("I would rather not.") { ErrorCode = "Refusal" }]), FakeChat.End(ChatFinishReason.Stop));
        var thought = new FakeChat(new ChatResponseUpdate(ChatRole.Assistant, "<think>Hm, hm"), FakeChat.End(ChatFinishReason.Length));
        Assert.Equal(ChatModelFault.Filtered, (await Assert.ThrowsAsync<ChatModelException>(() => AnswerAsync(filtered))).Fault);
        Assert.Contains("I would rather not.", (await Assert.ThrowsAsync<ChatModelException>(() => AnswerAsync(refused))).Message, StringComparison.Ordinal);
        Assert.Contains("MaxOutputTokens", (await Assert.ThrowsAsync<ChatModelException>(() => AnswerAsync(thought))).Message, StringComparison.Ordinal);
        Assert.Contains("wrote nothing", (await Assert.ThrowsAsync<ChatModelException>(() => AnswerAsync(FakeChat.Saying(" ", "\n")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_answers_in_a_minute_than_allowed_are_refused_until_time_has_passed()
    {
        var time = new SetClock();
        using var answerer = new ModelAnswerer(FakeChat.Saying("In 1953. [1]"), "fake", new ModelAnswererOptions { MaxAnswersPerMinute = 2 }, time: time);
        await ListAsync(answerer, Asked);
        await ListAsync(answerer, Asked);
        ChatModelException error = await Assert.ThrowsAsync<ChatModelException>(() => ListAsync(answerer, Asked));
        Assert.Equal((ChatModelFault.TooManyAnswers, TimeSpan.FromSeconds(30)), (error.Fault, error.RetryAfter));
        Assert.Contains("MaxAnswersPerMinute", error.Message, StringComparison.Ordinal);
        time.Now += TimeSpan.FromSeconds(31);
        await ListAsync(answerer, Asked);
        await Assert.ThrowsAsync<ChatModelException>(() => ListAsync(answerer, Asked));
    }

    [Fact]
    public async Task Pictures_go_along_only_where_the_model_sees_and_only_so_many_and_so_large()
    {
        byte[] drawn = Picture();
        Source[] sources = [.. Enumerable.Range(1, 8).Select(static i => Grounds.Source(i, "A boat."))];
        GroundedQuestion question = Grounds.Question("What is it?", sources, picture: PictureSource.FromMemory(drawn, "asked"));
        var askedFor = new List<int>();
        ValueTask<DataContent?> PictureOf(Source source, CancellationToken cancellation)
        {
            askedFor.Add(source.Number);
            return ValueTask.FromResult(source.Number switch
            {
                1 => null,
                2 => new DataContent(new byte[3 << 20], "image/jpeg"),
                _ => new DataContent(new byte[] { (byte)source.Number }, "image/jpeg"),
            });
        }

        FakeChat chat = FakeChat.Saying("A boat. [1]");
        using (var blind = new ModelAnswerer(chat, "fake", pictureOf: PictureOf))
            await ListAsync(blind, question);
        Assert.Empty(askedFor);
        Assert.All(chat.Asked[0].Messages, static m => Assert.All(m.Contents, static c => Assert.IsType<TextContent>(c)));

        using (var seeing = new ModelAnswerer(chat, "fake", new ModelAnswererOptions { SeesPictures = true, MaxInputTokens = 20_000 }, PictureOf))
            await ListAsync(seeing, question);
        Assert.Equal([1, 2, 3, 4, 5], askedFor);
        IList<AIContent> contents = chat.Asked[1].Messages[^1].Contents;
        DataContent[] pictures = [.. contents.OfType<DataContent>()];
        Assert.Equal(4, pictures.Length);
        Assert.Equal([0xFF, 0xD8], pictures[0].Data[..2].ToArray());
        Assert.Equal([3, 4, 5], pictures[1..].Select(static p => (int)p.Data.Span[0]));
        Assert.Equal(
            ["The picture that the question is about:", "The picture of source 3:", "The picture of source 4:", "The picture of source 5:"],
            contents.OfType<TextContent>().Skip(1).Select(static t => t.Text));
    }

    [Fact]
    public async Task A_model_of_a_server_answers_and_cancelling_stops_it()
    {
        using var server = new ScriptedChat(
            ScriptedChat.Reply.Stream(ScriptedChat.Delta("In 1953. [1]"), ScriptedChat.Finish(), ScriptedChat.Usage(5, 6), ScriptedChat.Done),
            ScriptedChat.Reply.Stream(ScriptedChat.Delta("In ")) with { Ending = ScriptedChat.Ending.Silence });
        using var answerer = ModelAnswerer.Create(server.Options);
        Assert.Equal("scripted", answerer.Name);
        List<AnswerPiece> pieces = await Talk.Within(ListAsync(answerer, Asked));
        Assert.Equal("In 1953. [1]", string.Concat(pieces.Select(static p => p.Text)));
        Assert.Equal(new TokenUsage(5, 6), pieces[^1].Usage);

        using var cancel = new CancellationTokenSource();
        await Talk.Within(Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (AnswerPiece _ in answerer.AnswerAsync(Asked, cancel.Token))
                await cancel.CancelAsync();
        }));
        await Talk.Within(server.Closed);
    }

    private static byte[] Picture()
    {
        using var folder = new TemporaryFolder();
        DrawnPictures.DrawMany(folder["pictures"], 1);
        return File.ReadAllBytes(Directory.GetFiles(folder["pictures"]).First(static f => f.EndsWith(".jpg", StringComparison.Ordinal)));
    }

    private static async Task<List<AnswerPiece>> AnswerAsync(FakeChat chat, GroundedQuestion? question = null)
    {
        using var answerer = new ModelAnswerer(chat, "fake");
        return await ListAsync(answerer, question ?? Asked);
    }

    private static async Task<List<AnswerPiece>> ListAsync(ModelAnswerer answerer, GroundedQuestion question)
    {
        var pieces = new List<AnswerPiece>();
        await foreach (AnswerPiece piece in answerer.AnswerAsync(question))
            pieces.Add(piece);
        return pieces;
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
