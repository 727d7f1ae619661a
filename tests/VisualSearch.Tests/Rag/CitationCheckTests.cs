using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Answers;

namespace VisualSearch.Tests.Rag;

/// <summary>Citations that their sources support stay, others go, whatever pieces the answer comes in.</summary>
public sealed class CitationCheckTests
{
    private static readonly Source[] Sources =
    [
        Of(1, "The mill was restored by Peter Lund in 1962."),
        Of(2, "Every winter the harbour freezes, and Ida Moreau walks over the ice."),
    ];

    [Theory]
    [InlineData("Peter Lund restored the mill. [1]", "Peter Lund restored the mill. [1]", 0, 0)]
    [InlineData("Peter Lund restored the mill [1].", "Peter Lund restored the mill [1].", 0, 0)]
    [InlineData("Peter Lund restored the mill. [2]", "Peter Lund restored the mill. [1]", 1, 0)]
    [InlineData("Peter Lund restored the mill. [7]", "Peter Lund restored the mill. [1]", 1, 0)]
    [InlineData("It was restored in 1963. [1]", "It was restored in 1963.", 1, 1)]
    [InlineData("Penguins live on the moon. [1][2]", "Penguins live on the moon.", 2, 1)]
    [InlineData("The harbour freezes in winter. [1, 2]", "The harbour freezes in winter. [2]", 1, 0)]
    [InlineData("Peter Lund restored the mill. The harbour freezes. [2]", "Peter Lund restored the mill. [1] The harbour freezes. [2]", 0, 0)]
    [InlineData("See [the note] about Peter Lund's mill. [1]", "See [the note] about Peter Lund's mill. [1]", 0, 0)]
    [InlineData("An open [bracket that never ends stays, about the harbour and its winter", "An open [bracket that never ends stays, about the harbour and its winter", 0, 1)]
    [InlineData("", "", 0, 0)]
    public void Only_supported_citations_stay(string answer, string shown, int dropped, int unsupported)
    {
        CitationCheck check = new(Sources, "What happened?");
        string text = check.Add(answer) + check.End();
        Assert.Equal(check.Text, text);
        Assert.Equal(shown, Tidy(text));
        Assert.Equal((dropped, unsupported), (check.Dropped, check.Unsupported));
    }

    [Theory]
    [InlineData("Peter Lund restored the mill.", "Peter Lund restored the mill. [1] Of the rest nothing was found.", 0)]
    [InlineData("Penguins live on the moon.", "Penguins live on the moon. Of the rest nothing was found.", 1)]
    [InlineData("", "Of the rest nothing was found.", 0)]
    public void Remarks_need_no_source(string before, string shown, int unsupported)
    {
        CitationCheck check = new(Sources, "What happened?");
        string text = check.Add(before) + check.AddRemark(" Of the rest nothing was found.") + check.End();
        Assert.Equal(check.Text, text);
        Assert.Equal(shown, Tidy(text));
        Assert.Equal(unsupported, check.Unsupported);
    }

    [Theory]
    [InlineData("Peter Lund restored the mill. [1]", "[1] is kept: it has 1.00 of the words of “Peter Lund restored the mill.”.")]
    [InlineData("Peter Lund restored the mill.", "[1] is added: it has 1.00 of the words of “Peter Lund restored the mill.”.")]
    [InlineData("Penguins live on the moon. [2]", "[2] is taken away: it has 0.00 of the words of “Penguins live on the moon.”.|No source supports “Penguins live on the moon.”.")]
    [InlineData("Penguins live on the moon. [9]", "[9] is taken away: there is no such source. It stood behind “Penguins live on the moon.”.|No source supports “Penguins live on the moon.”.")]
    public void What_was_decided_is_noted(string answer, string notes)
    {
        CitationCheck check = new(Sources, "What happened?");
        check.Add(answer);
        check.End();
        Assert.Equal(notes.Split('|'), check.Notes);
    }

    [Fact]
    public void Pieces_change_nothing()
    {
        string answer = "Peter Lund restored the mill [1]. Every winter, the harbour freezes! [2][1] Nobody knows why. [9] “It froze,” says Ida Moreau. [ 2 ; 1 ] End";
        CitationCheck whole = new(Sources, "What?");
        string expected = whole.Add(answer) + whole.End();
        Prop.ForAll(Gen.Choose(1, 9).ListOf(60).ToArbitrary(), sizes =>
        {
            CitationCheck check = new(Sources, "What?");
            string shown = "";
            int at = 0;
            foreach (int size in sizes)
            {
                shown += check.Add(answer[at..Math.Min(answer.Length, at + size)]);
                at = Math.Min(answer.Length, at + size);
            }

            shown += check.Add(answer[at..]) + check.End();
            return shown == expected && check.Dropped == whole.Dropped && check.Cited.SequenceEqual(whole.Cited);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Words_of_the_question_need_no_support_and_give_none()
    {
        CitationCheck check = new(Sources, "Which mill is in Arden?");
        Assert.Equal("The mill in Arden is Peter Lund's. [1]", Tidy(check.Add("The mill in Arden is Peter Lund's. [1]") + check.End()));
        CitationCheck parrot = new(Sources, "Is there a dragon in Arden?");
        Assert.Equal("There is a dragon in Arden.", Tidy(parrot.Add("There is a dragon in Arden. [1]") + parrot.End()));
        Assert.Equal(1, parrot.Dropped);
    }

    private static string Tidy(string text) => text.Replace("  ", " ", StringComparison.Ordinal).Trim();

    private static Source Of(int number, string text)
    {
        Asset asset = new() { Id = number, Path = $"/v/{number}.mp4", RelativePath = $"{number}.mp4" };
        return new Source
        {
            Number = number,
            Text = text,
            Match = 50,
            FoundBy = FoundBy.Words,
            Start = 0,
            End = 5,
            Record = new ItemRecord(new Item { Id = number, AssetId = number, Kind = ItemKind.Passage, Start = 0, End = 5 }, asset),
        };
    }
}
