using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using VisualSearch.Api.Collections;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch ask QUESTION</c>.</summary>
internal static class AskCommand
{
    private static readonly Argument<string> Question = new("QUESTION") { Description = "What you want to know." };
    private static readonly Option<FileInfo?> Image = new("--image", "-i") { Description = "A picture that the question is about.", HelpName = "FILE" };
    private static readonly Option<int?> Count = new("-k", "--count") { Description = "How many sources the answer may rest on.", HelpName = "N" };
    private static readonly Option<string?> Filter = new("--filter") { Description = """Only these may be a source, such as {"field":"tags","eq":"beach"}.""", HelpName = "JSON" };

    // The rest of what was found, mostly some fifty further moments, is in --json.
    private const int MostEvidence = 12;

    private static readonly Option<bool> Explain = new("--explain") { Description = "Show what every stage did: what was looked for, what was found, why it is a source or not, which sentences were weighed." };
    private static readonly Option<bool> Extractive = new("--extractive") { Description = "Answer with the collection's own sentences, also where a language model is set." };

    public static Command Create()
    {
        var command = new TaughtCommand("ask", """
            Ask a question, and get an answer with citations that say where it is said or seen.

            The answer is extractive: sentences of the collection itself, or "not found" where none answers. Words of the question can narrow where it looks:
              vsearch ask "Who restored the windmill?"
              vsearch ask "In videos from 2024, when was the bridge built and who built it?"
              vsearch ask "What is this called?" --image bridge.jpg
              vsearch ask "Who restored the windmill?" --explain

            With VSEARCH_CHAT_URL and VSEARCH_CHAT_MODEL (and VSEARCH_CHAT_KEY) a language model of any OpenAI-compatible server puts the answer into words; see vsearch serve --help.
            """)
        { Question, Image, Count, Filter, Explain, Extractive, SharedOptions.Collection, SharedOptions.Qdrant, SharedOptions.Model, SharedOptions.Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var collection = parsed.GetValue(SharedOptions.Collection)!;
        var filter = SearchCommand.ParseFilter(parsed.GetValue(Filter));
        using var encoder = DualEncoder.Open(ModelChoice.Folder(parsed, collection));
        using var place = CollectionPlace.Open(parsed);
        using var store = place.Open(collection, StoreAccess.Read, encoder.Manifest);
        var picture = parsed.GetValue(Image) is { } file ? PictureSource.FromFile(file.FullName) : null;
        var query = new AskQuery
        {
            Question = parsed.GetValue(Question)!,
            Picture = picture,
            PictureVector = picture is null ? null : encoder.EncodePicture(new PictureReader().Read(picture, encoder.Manifest.Fit)),
            Filter = filter,
            K = parsed.GetValue(Count),
            Explain = parsed.GetValue(Explain),
        };
        var json = parsed.GetValue(SharedOptions.Json);
        var answerer = Answerers.Create(parsed.GetValue(Extractive) ? null : ChatModelOptions.FromEnvironment(), new PictureReader(), NullLoggerFactory.Instance);
        if (answerer.RemoteHost is { } host) Console.Error.WriteLine($"The question and the sources found are sent to {host} ({answerer.Name}).");
        await foreach (var happened in new AnswerPipeline(store, new SearchPipeline(store, encoder), answerer).AskAsync(query, cancellation).ConfigureAwait(false))
        {
            if (json && happened is Answered whole) Output.Json(whole.Answer);
            else if (!json) Print(happened);
        }

        return ExitCode.Success;
    }

    private static void Print(AnswerEvent happened)
    {
        switch (happened)
        {
            case SourcesFound sources:
                Console.Error.WriteLine($"Looked for: {sources.Understood}");
                break;
            case TextAdded text:
                Console.Out.Write(text.Text);
                break;
            case Answered { Answer: var answer }:
                Console.Out.WriteLine();
                foreach (var source in answer.Sources.Where(source => answer.Cited.Contains(source.Number)))
                    Console.Out.WriteLine($"  [{source.Number}] {source.Record.Asset.RelativePath}{Time(source)}{Title(source)}");
                if (!answer.Found) PrintNearest(answer);
                if (answer.DroppedCitations > 0) Console.Out.WriteLine($"  {answer.DroppedCitations} citations were taken away: their sources do not say that.");
                if (answer.Explanation is { } explanation) PrintExplanation(explanation);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({answer.Model}, {answer.Timings.Total:0} ms)"));
                break;
        }
    }

    private static void PrintExplanation(AnswerExplanation explanation)
    {
        foreach (var step in explanation.Steps)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{step.Stage}  {step.Milliseconds:0.0} ms"));
            foreach (var sentence in step.Says) Console.Out.WriteLine($"  {sentence}");
            if (step.Stage != "pack") continue;
            foreach (var one in explanation.Evidence.Take(MostEvidence))
            {
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {(one.Source is { } number ? $"[{number}]" : " - "),4}  {one.Score:0.000}  was {one.FoundAt,2}  match {one.Match,3}  {one.Record.Asset.RelativePath}{Start(one.Record.Item.Start)}  {(one.Source is null ? one.Verdict : one.Text)}"));
            }
        }
    }

    private static string Start(double? seconds) => seconds is { } start ? $" at {SearchCommand.Clock(start)}" : "";

    private static void PrintNearest(Answer answer)
    {
        if (answer.Sources.Count == 0) return;
        Console.Out.WriteLine("Nearest to it:");
        foreach (var source in answer.Sources.Take(3)) Console.Out.WriteLine($"  {source.Record.Asset.RelativePath}{Time(source)}{Title(source)}");
    }

    private static string Title(Source source) => source.Record.Asset.Title is { } title ? $"  {title}" : "";

    private static string Time(Source source) => source.Start is { } start && source.End is { } end ? $" at {SearchCommand.Clock(start)} to {SearchCommand.Clock(end)}" : "";
}
