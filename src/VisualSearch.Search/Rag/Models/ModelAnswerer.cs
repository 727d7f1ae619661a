using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// Puts answers into words with a language model, which gets the question, its sources (<see cref="AnswerPrompt"/>) and no tools. Whether the
/// sources do say what the model claims is for the pipeline to check.
/// </summary>
/// <remarks>
/// A call of a tool that the model makes all the same is never carried out: the words of its answer are kept, and an answer without any is an
/// error. An answer that reached <see cref="ModelAnswererOptions.MaxOutputTokens"/> ends with "…".
/// </remarks>
public sealed partial class ModelAnswerer : IAnswerer, IDisposable
{
    /// <summary>What a model says, word for word, when the sources don't answer the question.</summary>
    public const string NotFoundSentence = "Not found in this collection.";

    private readonly IChatClient _client;
    private readonly ModelAnswererOptions _options;
    private readonly Func<Source, CancellationToken, ValueTask<DataContent?>>? _pictureOf;
    private readonly Lazy<PictureReader> _reader;
    private readonly ILogger _log;
    private readonly AnswerAllowance _allowance;

    /// <summary>Answers with any chat.</summary>
    /// <param name="client">The chat; disposed with this object.</param>
    /// <param name="name">What people are told who answered.</param>
    /// <param name="options">What an answer may cost; null for the defaults.</param>
    /// <param name="pictureOf">
    /// Gives the picture of a source (JPEG, see <see cref="ModelPicture"/>), or null where it has none. Asked for the best sources only, and only
    /// where the model can see. What it throws ends the answer. Null: no pictures of sources.
    /// </param>
    /// <param name="reader">Reads the picture of a question; null for one of its own.</param>
    /// <param name="log">Told what was left out; never told a question, source or key.</param>
    /// <param name="time">The clock of the rate limit; null for the system's.</param>
    public ModelAnswerer(
        IChatClient client,
        string name,
        ModelAnswererOptions? options = null,
        Func<Source, CancellationToken, ValueTask<DataContent?>>? pictureOf = null,
        PictureReader? reader = null,
        ILogger<ModelAnswerer>? log = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _client = client;
        Name = name;
        _options = options ?? new ModelAnswererOptions();
        _pictureOf = pictureOf;
        _reader = new Lazy<PictureReader>(() => reader ?? new PictureReader());
        _log = (ILogger?)log ?? NullLogger.Instance;
        _allowance = new AnswerAllowance(_options.MaxAnswersPerMinute, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? RemoteHost { get; init; }

    /// <summary>Answers with the model of an OpenAI-compatible server.</summary>
    /// <param name="options">Which model, where.</param>
    /// <param name="pictureOf">Gives the picture of a source; see the constructor.</param>
    /// <param name="reader">Reads the picture of a question; null for one of its own.</param>
    /// <param name="log">Told what was left out.</param>
    public static ModelAnswerer Create(
        ChatModelOptions options,
        Func<Source, CancellationToken, ValueTask<DataContent?>>? pictureOf = null,
        PictureReader? reader = null,
        ILogger<ModelAnswerer>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ModelAnswerer(new OpenAiChatClient(options), options.Model, options.Answering, pictureOf, reader, log) { RemoteHost = options.IsRemote ? options.Server : null };
    }

    /// <inheritdoc/>
    /// <exception cref="ChatModelException">The model could not answer, or not to the end.</exception>
    public async IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Sources.Count == 0)
        {
            yield return new AnswerPiece(NotFoundSentence) { NotFound = true };
            yield break;
        }

        _allowance.Take();
        AnswerPrompt prompt = await PromptAsync(question, cancellation).ConfigureAwait(false);
        if (prompt.Pictured.Count > 0)
            yield return new AnswerPiece("") { LooksAt = prompt.Pictured };
        var settings = new ChatOptions { MaxOutputTokens = _options.MaxOutputTokens, Temperature = _options.Temperature };
        var text = new AnswerText();
        var end = new AnswerEnd(Name);
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync(prompt.Messages, settings, cancellation).ConfigureAwait(false))
        {
            end.Add(update);
            string shown = text.Add(update.Text);
            if (shown.Length > 0)
                yield return new AnswerPiece(shown);
        }

        string rest = text.End();
        end.Check(text.HasText || text.IsNotFound);
        AnswerPiece last = text.IsNotFound ? new(NotFoundSentence) { NotFound = true } : new(end.IsCut ? rest + " …" : rest);
        yield return last with { Usage = end.Usage, Notes = [prompt.Describe(Name)] };
    }

    /// <summary>Disposes the chat.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<AnswerPrompt> PromptAsync(GroundedQuestion question, CancellationToken cancellation)
    {
        DataContent? picture = _options.SeesPictures && _options.MaxPictures > 0 && question.Picture is { } asked
            ? Fitting(ModelPicture.Read(_reader.Value, asked), "the question")
            : null;
        AnswerPrompt prompt = AnswerPrompt.Build(question, _options, picture, RandomNumberGenerator.GetHexString(16, lowercase: true));
        if (prompt.LeftOut.Count > 0)
            LogLeftOut(_log, string.Join(", ", prompt.LeftOut), _options.MaxInputTokens);
        int left = prompt.PicturesLeft;
        foreach (Source source in _options.SeesPictures && _pictureOf is not null ? prompt.Sources : [])
        {
            if (left <= 0)
                break;
            if (await _pictureOf!(source, cancellation).ConfigureAwait(false) is { } found && Fitting(found, $"source {source.Number}") is { } fitting)
            {
                prompt.Attach(source, fitting);
                left--;
            }
        }

        return prompt;
    }

    private DataContent? Fitting(DataContent picture, string whose)
    {
        if (picture.Data.Length <= _options.MaxPictureBytes)
            return picture;
        LogPictureLeftOut(_log, whose, picture.Data.Length, _options.MaxPictureBytes);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sources {Numbers} were left out of a request, which may have {MaxInputTokens} tokens.")]
    private static partial void LogLeftOut(ILogger log, string numbers, int maxInputTokens);

    [LoggerMessage(Level = LogLevel.Information, Message = "The picture of {Whose} was left out of a request: it has {Bytes} bytes, and {MaxPictureBytes} are allowed.")]
    private static partial void LogPictureLeftOut(ILogger log, string whose, int bytes, int maxPictureBytes);
}
