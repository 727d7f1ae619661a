using Microsoft.Extensions.AI;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>What a model is asked, and what is left out when it is too much.</summary>
public sealed class AnswerPromptTests
{
    private const string Key = "0123456789abcdef";

    [Fact]
    public void A_prompt_has_rules_sources_and_question()
    {
        Source[] sources = [Grounds.Source(1, "It was built in 1953.\nBy hand."), Grounds.Source(2, "", "A gull", ItemKind.Picture), Grounds.Source(3, "x", "", ItemKind.Shot)];
        AnswerPrompt prompt = AnswerPrompt.Build(Grounds.Question("When was it built?", sources), new ModelAnswererOptions(), null, Key);
        Assert.Equal([ChatRole.System, ChatRole.User], prompt.Messages.Select(static m => m.Role));
        Assert.Contains(ModelAnswerer.NotFoundSentence, prompt.Messages[0].Text, StringComparison.Ordinal);
        Assert.Equal(
            """
            Key of this message: 0123456789abcdef

            <<<source 1 key 0123456789abcdef
            | title: Harbour day
            | kind: said or written in a video, 0:12 to 1:01:11
            | It was built in 1953.
            | By hand.
            key 0123456789abcdef 1 source>>>

            <<<source 2 key 0123456789abcdef
            | title: A gull
            | kind: picture
            | (no words)
            key 0123456789abcdef 2 source>>>

            <<<source 3 key 0123456789abcdef
            | title: v3.mp4
            | kind: part of a video, 0:12 to 1:01:11
            | x
            key 0123456789abcdef 3 source>>>

            Question: When was it built?
            """,
            prompt.Messages[1].Text);
        Assert.Empty(prompt.LeftOut);
    }

    [Fact]
    public void A_question_that_needs_the_conversation_is_also_said_in_full()
    {
        GroundedQuestion question = Grounds.Question("Who built it?", "x");
        question = question with { Question = question.Question with { Standalone = "Who built the lighthouse?" } };
        Assert.EndsWith("\n\nQuestion: Who built it?\nThat is: Who built the lighthouse?", Build(question).Messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Earlier_turns_are_turns_without_their_citations_and_only_so_many()
    {
        ChatTurn[] history = [.. Enumerable.Range(0, 9).Select(static i => new ChatTurn($"q{i}", $"a{i}. [1][12]"))];
        AnswerPrompt prompt = Build(Grounds.Question("now?", [Grounds.Source(1, "x")], history), new ModelAnswererOptions { MaxTurns = 2 });
        Assert.Equal(
            [(ChatRole.User, "q7"), (ChatRole.Assistant, "a7."), (ChatRole.User, "q8"), (ChatRole.Assistant, "a8.")],
            prompt.Messages.Skip(1).SkipLast(1).Select(static m => (m.Role, m.Text)));
        Assert.Equal(2, Build(Grounds.Question("now?", [Grounds.Source(1, "x")], history), new ModelAnswererOptions { MaxTurns = 0 }).Messages.Count);
    }

    [Fact]
    public void The_last_sources_are_left_out_first_and_none_is_shortened()
    {
        string text = string.Concat(Enumerable.Repeat("word ", 300)).Trim();
        Source[] sources = [.. Enumerable.Range(1, 10).Select(i => Grounds.Source(i, text))];
        AnswerPrompt prompt = Build(Grounds.Question("now?", sources), new ModelAnswererOptions { MaxInputTokens = 2500 });
        Assert.InRange(prompt.Sources.Count, 2, 6);
        Assert.Equal(Enumerable.Range(1, prompt.Sources.Count), prompt.Sources.Select(static s => s.Number));
        Assert.Equal(Enumerable.Range(prompt.Sources.Count + 1, 10 - prompt.Sources.Count), prompt.LeftOut);
        Assert.Equal(prompt.Sources.Count, prompt.Messages[^1].Text.Split(text).Length - 1);
        Assert.InRange(prompt.Messages.Sum(static m => TokenEstimate.Of(m.Text)), 1, 2500);
    }

    [Fact]
    public void A_conversation_gives_way_to_the_one_source_that_is_left_and_what_is_still_too_long_is_refused()
    {
        string text = string.Concat(Enumerable.Repeat("word ", 800));
        ChatTurn[] history = [new("q", string.Concat(Enumerable.Repeat("said ", 160)))];
        GroundedQuestion question = Grounds.Question("now?", [Grounds.Source(1, text), Grounds.Source(2, text)], history);
        int rest = TokenEstimate.Of(AnswerPrompt.Rules) + 60 + 1100;
        AnswerPrompt prompt = Build(question, new ModelAnswererOptions { MaxInputTokens = rest });
        Assert.Equal((2, 1), (prompt.Messages.Count, prompt.Sources.Count));
        Assert.Equal(4, Build(question, new ModelAnswererOptions { MaxInputTokens = rest + 200 }).Messages.Count);
        ChatModelException error = Assert.Throws<ChatModelException>(() => Build(question, new ModelAnswererOptions { MaxInputTokens = 1000 }));
        Assert.Equal(ChatModelFault.TooLong, error.Fault);
        Assert.Contains("MaxInputTokens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("four", 1)]
    [InlineData("five5", 2)]
    [InlineData("山川", 2)]
    [InlineData("straße", 3)]
    public void Tokens_are_estimated_by_script(string text, int tokens) => Assert.Equal(tokens, TokenEstimate.Of(text));

    private static AnswerPrompt Build(GroundedQuestion question, ModelAnswererOptions? options = null) => AnswerPrompt.Build(question, options ?? new ModelAnswererOptions(), null, Key);
}
