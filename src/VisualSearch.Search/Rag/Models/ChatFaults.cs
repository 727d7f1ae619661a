using System.Text.Json;
using System.Text.RegularExpressions;

namespace VisualSearch.Search.Rag.Models;

/// <summary>Puts what goes wrong at one server into words, without the key.</summary>
internal sealed partial class ChatFaults(ChatModelOptions options)
{
    private const int MostQuoted = 300;

    public ChatModelException Unreachable(Exception cause) => new(
        ChatModelFault.Unreachable,
        $"No connection to {options.Server} ({Quoted(cause.Message)}). Start the server there, or set VSEARCH_CHAT_URL to where it is.",
        Safe(cause))
    {
        IsPassing = true,
    };

    public ChatModelException FromStatus(int status, string body, TimeSpan? retryAfter)
    {
        string said = Said(body) is { Length: > 0 } text ? $": \"{text}\"" : "";
        string who = $"{options.Server} answered {status}{said}";
        (ChatModelFault fault, bool passing, string message) = status switch
        {
            401 or 403 => (ChatModelFault.KeyRefused, false,
                options.ApiKey is null ? $"{who}. It wants a key; set VSEARCH_CHAT_KEY." : $"{who}. It does not accept the key; check VSEARCH_CHAT_KEY."),
            404 => (ChatModelFault.ModelNotFound, false,
                $"{who}. Check that it has the model \"{options.Model}\" (VSEARCH_CHAT_MODEL) and that its API begins at {options.Address.AbsolutePath} (VSEARCH_CHAT_URL)."),
            429 => (ChatModelFault.TooManyRequests, true,
                $"{who}. Too many requests, or the account is used up; {(retryAfter is { } pause ? $"try again in {Math.Ceiling(pause.TotalSeconds)} s" : "try again later")}."),
            408 => (ChatModelFault.ServerFault, true, $"{who}. The server waited too long; try again."),
            >= 500 => (ChatModelFault.ServerFault, true, $"{who}. The server failed; try again, and look into its log."),
            >= 300 and < 400 => (ChatModelFault.RequestRefused, false, $"{who}. It sends elsewhere, and questions are not sent on; set VSEARCH_CHAT_URL to the final address."),
            _ => (ChatModelFault.RequestRefused, false, $"{who}. It refuses this request; the model \"{options.Model}\" may not take as much text, or no pictures."),
        };
        return new ChatModelException(fault, message) { Status = status, RetryAfter = retryAfter, IsPassing = passing };
    }

    /// <summary>An error that came as an event of an answer that had begun with status 200.</summary>
    public ChatModelException InStream(string body) => new(
        ChatModelFault.ServerFault, $"{options.Server} ended the answer with an error: \"{Said(body)}\". Try again, and look into the server's log.")
    {
        IsPassing = true,
    };

    public ChatModelException BadReply(string what, Exception? cause = null) => new(
        ChatModelFault.BadReply,
        $"{options.Server} sent {what}. Check that VSEARCH_CHAT_URL ({options.Server}{options.Address.AbsolutePath}) is where an OpenAI-compatible API begins.",
        Safe(cause))
    {
        Status = 200,
    };

    public ChatModelException CutOff(Exception? cause = null) => new(
        ChatModelFault.CutOff, $"{options.Server} closed the connection before the answer was complete. Try again, and look into the server's log.", Safe(cause))
    {
        IsPassing = true,
    };

    public ChatModelException Stalled(TimeSpan waited, bool started) => new(
        ChatModelFault.Stalled,
        started
            ? $"{options.Server} sent nothing more for {waited.TotalSeconds:0.#} s in the middle of an answer. Try again, or raise {nameof(ChatModelOptions.TokenTimeout)}."
            : $"{options.Server} sent nothing for {waited.TotalSeconds:0.#} s. It may still be loading \"{options.Model}\": try again, or raise {nameof(ChatModelOptions.FirstTokenTimeout)}.");

    public ChatModelException TooSlow() => new(
        ChatModelFault.TooSlow,
        $"{options.Server} had not finished its answer after {options.AnswerTimeout.TotalSeconds:0.#} s. Take a faster model, or raise {nameof(ChatModelOptions.AnswerTimeout)}.");

    /// <summary>What the server says of an error: the message in its JSON, or its text, on one line and short.</summary>
    private string Said(string body)
    {
        string text = body;
        try
        {
            using var document = JsonDocument.Parse(body);
            text = Message(document.RootElement) ?? body;
        }
        catch (JsonException)
        {
            // Not JSON: a proxy's page, or plain words.
            text = Tag().Replace(body, " ");
        }

        return Quoted(text);
    }

    private static string? Message(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            return element.GetString();
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
            return Message(element[0]);
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        foreach (string name in (string[])["error", "message", "detail", "msg"])
        {
            if (element.TryGetProperty(name, out JsonElement inner) && Message(inner) is { Length: > 0 } found)
                return found;
        }

        return null;
    }

    private string Quoted(string text)
    {
        // The key goes first: cut or folded it would not be found any more.
        if (options.ApiKey is { } key)
            text = text.Replace(key, "(key)", StringComparison.Ordinal);
        text = Blank().Replace(text, " ").Trim();
        return text.Length <= MostQuoted ? text : string.Concat(text.AsSpan(0, MostQuoted), "…");
    }

    private Exception? Safe(Exception? cause)
        => cause is not null && options.ApiKey is { } key && cause.ToString().Contains(key, StringComparison.Ordinal) ? null : cause;

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Blank();

    [GeneratedRegex("<(script|style)[^>]*>.*?</\\1>|<[^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Tag();
}
