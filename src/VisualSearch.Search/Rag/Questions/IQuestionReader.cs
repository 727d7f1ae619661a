namespace VisualSearch.Search.Rag.Questions;

/// <summary>The stage "understand": what is looked for, and what an answer would look like.</summary>
public interface IQuestionReader
{
    /// <summary>Reads a question.</summary>
    /// <param name="query">The question, its conversation and its filter.</param>
    UnderstoodQuestion Read(AskQuery query);
}
