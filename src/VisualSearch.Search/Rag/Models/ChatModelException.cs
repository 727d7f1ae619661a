namespace VisualSearch.Search.Rag.Models;

/// <summary>What went wrong between the question and a language model's answer.</summary>
public enum ChatModelFault
{
    /// <summary>The settings don't name a model that can be asked.</summary>
    Settings,

    /// <summary>No connection: the name is unknown, nothing listens there, or the line is down.</summary>
    Unreachable,

    /// <summary>The server refuses the key, or wants one (401, 403).</summary>
    KeyRefused,

    /// <summary>The server does not have the model, or there is no chat at this address (404).</summary>
    ModelNotFound,

    /// <summary>The server answers no more questions for now (429).</summary>
    TooManyRequests,

    /// <summary>The server refuses this request for another reason (other 4xx, and redirects).</summary>
    RequestRefused,

    /// <summary>The server failed (5xx), or said so in the middle of an answer.</summary>
    ServerFault,

    /// <summary>What came is not an answer in OpenAI's form.</summary>
    BadReply,

    /// <summary>The connection ended before the answer did.</summary>
    CutOff,

    /// <summary>Nothing came for too long.</summary>
    Stalled,

    /// <summary>The answer as a whole took too long.</summary>
    TooSlow,

    /// <summary>The model, or a filter in front of it, does not want to answer.</summary>
    Filtered,

    /// <summary>The question and its best source are longer than a request may be.</summary>
    TooLong,

    /// <summary>More answers were asked for than this program allows itself in a minute.</summary>
    TooManyAnswers,
}

/// <summary>A language model could not answer. The message names the server (never a key), the status where there is one, and what to do.</summary>
public sealed class ChatModelException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="inner">The cause, where another library reported it.</param>
    public ChatModelException(ChatModelFault fault, string message, Exception? inner = null)
        : base(CodeOf(fault), message, inner) => Fault = fault;

    /// <summary>What went wrong.</summary>
    public ChatModelFault Fault { get; }

    /// <summary>The HTTP status of the server's reply; null where it did not come to one.</summary>
    public int? Status { get; init; }

    /// <summary>How long to wait before the next try, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may well succeed a little later.</summary>
    internal bool IsPassing { get; init; }

    private static string CodeOf(ChatModelFault fault) => fault switch
    {
        ChatModelFault.Settings => "chat-settings",
        ChatModelFault.Unreachable => "chat-unreachable",
        ChatModelFault.KeyRefused => "chat-key-refused",
        ChatModelFault.ModelNotFound => "chat-model-not-found",
        ChatModelFault.TooManyRequests => "chat-too-many-requests",
        ChatModelFault.RequestRefused => "chat-request-refused",
        ChatModelFault.ServerFault => "chat-server-fault",
        ChatModelFault.BadReply => "chat-bad-reply",
        ChatModelFault.CutOff => "chat-cut-off",
        ChatModelFault.Stalled => "chat-stalled",
        ChatModelFault.TooSlow => "chat-too-slow",
        ChatModelFault.Filtered => "chat-filtered",
        ChatModelFault.TooLong => "chat-too-long",
        ChatModelFault.TooManyAnswers => "chat-too-many-answers",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault of a language model."),
    };
}
