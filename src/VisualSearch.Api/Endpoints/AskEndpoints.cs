using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Rag;

namespace VisualSearch.Api.Endpoints;

/// <summary>Questions to a collection, answered with citations.</summary>
internal static class AskEndpoints
{
    public static void MapAsk(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/answerer", static (IAnswerer answerer) => TypedResults.Ok(new AnswererReply(answerer.Name, answerer.RemoteHost)))
            .Needs(ApiScope.Search)
            .WithTags("Ask")
            .WithSummary("Who puts answers into words, and whether anything leaves this machine for it.");
        routes.MapPost("/v1/collections/{collection}/ask", AskAsync)
            .Needs(ApiScope.Search)
            .WithTags("Ask")
            .WithSummary("Answer a question from the collection, with citations that say where.")
            .WithDescription("With stream=true the answer comes as server-sent events: sources, text (many), answer; or error. Ending the request ends the answer, also that of a language model.")
            .Accepts<AskRequest>("application/json")
            .Produces<AskReply>(StatusCodes.Status200OK, "application/json")
            .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Results<Ok<AskReply>, ServerSentEventsResult<object>>> AskAsync(
        HttpRequest http, string collection, CollectionRegistry collections, PictureReader reader, IAnswerer answerer, Admission admission, ILogger<ProblemMapping> log, CancellationToken cancellation)
    {
        admission.RefuseAnswerIfFull();
        var request = await RequestReader.ReadJsonAsync<AskRequest>(http, cancellation).ConfigureAwait(false);
        // Both stay until the last byte is sent, also of a stream.
        var open = collections.Open(collection);
        http.HttpContext.Response.RegisterForDispose(open);
        http.HttpContext.Response.RegisterForDispose(await admission.EnterAnswerAsync(cancellation).ConfigureAwait(false));

        var picture = request.Image is { } image ? RequestReader.Picture(image) : null;
        using var embeds = picture is null ? null : open.Pipeline.Monitor?.Begin("embed");
        var query = new AskQuery
        {
            Question = request.Question,
            History = [.. request.History.Select(static turn => new ChatTurn(turn.Question ?? "", turn.Answer ?? ""))],
            Picture = picture,
            PictureVector = picture is null ? null : open.Queries.EncodePicture(reader, picture),
            Filter = RequestReader.Filter(request.Filter),
            K = request.K,
            Explain = request.Explain,
        };
        embeds?.Dispose();
        // Before the first byte: what is wrong with the question is an ordinary error, also of a stream.
        var events = new AnswerPipeline(open.Store, open.Pipeline, answerer).AskAsync(query, cancellation);
        return request.Stream ? TypedResults.ServerSentEvents(EventsAsync(open, events, log, cancellation)) : TypedResults.Ok(await WholeAsync(open, events).ConfigureAwait(false));
    }

    private static async Task<AskReply> WholeAsync(OpenCollection open, IAsyncEnumerable<AnswerEvent> events)
    {
        var understood = "";
        Answer? answer = null;
        await foreach (var happened in events.ConfigureAwait(false))
        {
            if (happened is SourcesFound sources) understood = sources.Understood;
            if (happened is Answered end) answer = end.Answer;
        }

        return Reply(open, answer!, understood);
    }

    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        OpenCollection open, IAsyncEnumerable<AnswerEvent> events, ILogger<ProblemMapping> log, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var understood = "";
        await using var happening = events.GetAsyncEnumerator(cancellation);
        while (true)
        {
            SseItem<object>? failed = null;
            try
            {
                if (!await happening.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                failed = new SseItem<object>(ProblemMapping.Describe(error, log), "error");
            }

            if (failed is { } problem)
            {
                yield return problem;
                yield break;
            }

            if (happening.Current is SourcesFound found) understood = found.Understood;
            yield return happening.Current switch
            {
                SourcesFound sources => new SseItem<object>(new SourcesReply(sources.Understood, [.. sources.Sources.Select(open.Describe)]), "sources"),
                TextAdded text => new SseItem<object>(new TextReply(text.Text), "text"),
                Answered end => new SseItem<object>(Reply(open, end.Answer, understood), "answer"),
                _ => throw new InvalidOperationException($"{happening.Current.GetType().Name} has no event."),
            };
        }
    }

    private static AskReply Reply(OpenCollection open, Answer answer, string understood) => new()
    {
        Text = answer.Text,
        Shorts = answer.Shorts,
        Found = answer.Found,
        Model = answer.Model,
        Understood = understood,
        Sources = [.. answer.Sources.Select(open.Describe)],
        Cited = answer.Cited,
        DroppedCitations = answer.DroppedCitations,
        CitationsOnTrust = answer.CitationsOnTrust,
        UnsupportedSentences = answer.UnsupportedSentences,
        Usage = answer.Usage,
        Timings = answer.Timings,
        Explanation = answer.Explanation is { } explanation ? new AnswerExplanationReply(explanation.Steps, [.. explanation.Evidence.Select(EvidenceReply.From)]) : null,
    };
}
