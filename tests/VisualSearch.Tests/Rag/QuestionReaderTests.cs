using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Questions;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Tests.Rag;

/// <summary>What is understood of a question: its parts, names, what an answer looks like, filters, and what it leaves to the conversation.</summary>
public sealed class QuestionReaderTests
{
    private static readonly QuestionReader Reader = new(static word => word.Length);

    [Theory]
    [InlineData("Who built the bridge?", AnswerKind.Person, "built bridge")]
    [InlineData("When was it built?", AnswerKind.Time, "built")]
    [InlineData("In which year did the mill burn?", AnswerKind.Time, "mill burn")]
    [InlineData("How many passengers fit into the balloon?", AnswerKind.Number, "passengers fit balloon")]
    [InlineData("How heavy is the bell?", AnswerKind.Measure, "heavy bell")]
    [InlineData("Where do the sailors come from?", AnswerKind.Place, "sailors")]
    [InlineData("What is the windmill called?", AnswerKind.Name, "windmill")]
    [InlineData("What did they plant?", AnswerKind.Statement, "plant")]
    [InlineData("a red boat", AnswerKind.Statement, "red boat")]
    [InlineData("橋は誰が建てましたか", AnswerKind.Statement, "橋 は 誰 が 建 て ま し た か")]
    public void Knows_what_is_asked_and_what_about(string question, AnswerKind expects, string about)
    {
        QuestionPart part = Assert.Single(Read(question).Parts);
        Assert.Equal(expects, part.Expects);
        Assert.Equal(about, string.Join(' ', part.Words.Select(static word => word.Text)));
    }

    [Fact]
    public void Names_are_words_with_capitals_within_a_sentence()
    {
        QuestionPart part = Read("Which relative left Astrid Kowalska the lighthouse of Langmoor?").Parts[0];
        Assert.Equal(["Astrid", "Kowalska", "Langmoor"], part.Words.Where(static word => word.IsName).Select(static word => word.Text));
    }

    [Theory]
    [InlineData("Who lives there, and when was it built?", "Who lives there?|when was it built?")]
    [InlineData("Who built it? And where?", "Who built it?|And where?")]
    [InlineData("Where are the boat and the ball?", "Where are the boat and the ball?")]
    [InlineData("I was in Karlsvik once. Who lives there?", "I was in Karlsvik once. Who lives there?")]
    [InlineData("e.g. the mill", "e.g. the mill")]
    public void Several_questions_are_taken_apart(string question, string parts) =>
        Assert.Equal(parts.Split('|'), Read(question).Parts.Select(static part => part.Text));

    [Theory]
    [InlineData("show me videos from 2024 about boats", """{"all":[{"not":{"field":"kind","eq":"picture"}},{"field":"year","eq":2024}]}""", "show me about boats")]
    [InlineData("In the videos, who is singing?", """{"not":{"field":"kind","eq":"picture"}}""", "In, who is singing?")]
    [InlineData("find photos taken between 2019 and 2021 of a dog", """{"all":[{"field":"kind","eq":"picture"},{"field":"year","gte":2019},{"field":"year","lte":2021}]}""", "find of a dog")]
    [InlineData("which pictures since 2020 tagged beach show a crab?", """{"all":[{"field":"kind","eq":"picture"},{"field":"year","gte":2020},{"field":"tags","eq":"beach"}]}""", "which show a crab?")]
    [InlineData("Who won the race in 1989?", null, "Who won the race in 1989?")]
    [InlineData("Who took the photograph of the queen?", null, "Who took the photograph of the queen?")]
    [InlineData("show me videos", """{"not":{"field":"kind","eq":"picture"}}""", "show me")]
    public void Filters_are_found_in_the_words(string question, string? filter, string rest)
    {
        UnderstoodQuestion read = Read(question);
        Assert.Equal(filter, read.Filter?.ToJson());
        Assert.Equal(rest, read.Parts[0].Text);
    }

    [Fact]
    public void A_filter_that_is_given_holds_too()
    {
        Filter given = Filter.Parse("""{"field":"tags","eq":"sea"}""");
        UnderstoodQuestion read = Reader.Read(new AskQuery { Question = "show me videos about boats", Filter = given });
        Assert.Equal("""{"all":[{"field":"tags","eq":"sea"},{"not":{"field":"kind","eq":"picture"}}]}""", read.Filter!.ToJson());
    }

    [Theory]
    [InlineData("And who built it?", "About bridge Marshsund: And who built it?")]
    [InlineData("When?", "About bridge Marshsund: When?")]
    [InlineData("Who restored the mill of Arden?", "Who restored the mill of Arden?")]
    [InlineData("How long is the bridge there?", "About Marshsund: How long is the bridge there?")]
    public void What_a_question_leaves_out_comes_from_the_conversation(string question, string standalone)
    {
        ChatTurn[] history = [new("Where is the mill?", "In Arden. [1]"), new("Where is the bridge of Marshsund?", "Over the Brook. [2]")];
        UnderstoodQuestion read = Reader.Read(new AskQuery { Question = question, History = history });
        Assert.Equal(standalone, read.Standalone);
        Assert.Equal(question, read.Asked);
        if (standalone.Contains("About", StringComparison.Ordinal))
            Assert.Contains(read.Parts[0].Words, static word => word is { Text: "Marshsund", IsName: true });
    }

    private static UnderstoodQuestion Read(string question) => Reader.Read(new AskQuery { Question = question });
}
