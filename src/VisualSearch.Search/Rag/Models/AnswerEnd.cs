using Microsoft.Extensions.AI;

namespace VisualSearch.Search.Rag.Models;

/// <summary>What a streamed answer says of itself besides its words: how it ended, and what it cost.</summary>
/// <param name="model">The model's name, for messages.</param>
internal sealed class AnswerEnd(string model)
{
    private bool _calledTool;
    private ChatFinishReason? _finish;

    /// <summary>Tokens read and written; null where the server does not tell.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>Whether it stopped because it may not be longer.</summary>
    public bool IsCut => _finish == ChatFinishReason.Length;

    /// <summary>Reads a piece.</summary>
    /// <exception cref="ChatModelException">The model refuses to answer.</exception>
    public void Add(ChatResponseUpdate update)
    {
        _finish = update.FinishReason ?? _finish;
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case UsageContent usage:
                    Usage = new TokenUsage(usage.Details.InputTokenCount ?? 0, usage.Details.OutputTokenCount ?? 0);
                    break;
                case FunctionCallContent:
                    _calledTool = true;
                    break;
                case ErrorContent error:
                    throw new ChatModelException(
                        ChatModelFault.Filtered, $"The model \"{model}\" does not want to answer: \"{QuotedText.OneLine(error.Message, 300)}\". Ask in other words.");
            }
        }
    }

    /// <summary>Checks that it was an answer.</summary>
    /// <param name="hasText">Whether it had words.</param>
    /// <exception cref="ChatModelException">It was none.</exception>
    public void Check(bool hasText)
    {
        if (_finish == ChatFinishReason.ContentFilter)
        {
            throw new ChatModelException(
                ChatModelFault.Filtered, $"A content filter in front of the model \"{model}\" ended the answer. Ask in other words, or ask who runs the server.");
        }

        if (hasText)
            return;
        string what = _calledTool ? "called a tool, though it was given none" : IsCut ? "used up its tokens before it wrote a word of the answer" : "wrote nothing";
        string remedy = IsCut ? $"Raise {nameof(ModelAnswererOptions.MaxOutputTokens)}, or take a model that does not think aloud." : "Try again, or take another model.";
        throw new ChatModelException(ChatModelFault.BadReply, $"The model \"{model}\" {what}. {remedy}");
    }
}
