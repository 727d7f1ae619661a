using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Rag;

/// <summary>A question with all that an answer to it may rest on.</summary>
/// <param name="Question">What was understood: the question as asked, and what is looked for.</param>
/// <param name="Sources">In order of their numbers; the best first.</param>
public sealed record GroundedQuestion(UnderstoodQuestion Question, IReadOnlyList<Source> Sources)
{
    /// <summary>What was asked and answered before, oldest first.</summary>
    public IReadOnlyList<ChatTurn> History { get; init; } = [];

    /// <summary>The picture that the question is about, or null.</summary>
    public PictureSource? Picture { get; init; }
}
