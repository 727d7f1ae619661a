using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch search [TEXT] [--image F] [--crop x,y,w,h]</c>.</summary>
internal static class SearchCommand
{
    private static readonly Argument<string?> Text = new("TEXT") { Description = "What to look for, in words.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<FileInfo?> Image = new("--image", "-i") { Description = "A picture to look for.", HelpName = "FILE" };
    private static readonly Option<string?> Crop = new("--crop") { Description = "The part of the picture that counts: x,y,width,height as fractions of it, such as 0.25,0.25,0.5,0.5.", HelpName = "BOX" };
    private static readonly Option<long?> Like = new("--like") { Description = "An item of the collection to find more like.", HelpName = "ID" };
    private static readonly Option<string?> Not = new("--not") { Description = "What results should not look like, in words.", HelpName = "TEXT" };
    private static readonly Option<int> Count = new("-k", "--count") { Description = "How many results.", HelpName = "N", DefaultValueFactory = static _ => 10 };
    private static readonly Option<int> Offset = new("--offset") { Description = "How many to pass over first.", HelpName = "N" };
    private static readonly Option<string?> Filter = new("--filter") { Description = """A filter, such as {"field":"tags","eq":"beach"} or {"all":[{"field":"year","gte":2020}]}.""", HelpName = "JSON" };
    private static readonly Option<SearchMode> Mode = new("--mode") { Description = "What decides: pictures (visual), words in titles and tags (text), or both (hybrid).", DefaultValueFactory = static _ => SearchMode.Auto };
    private static readonly Option<CollapseMode> Collapse = new("--collapse") { Description = "Show near duplicates, or all of one asset, once." };
    private static readonly Option<RegionMode?> Regions = new("--regions") { Description = "Find pictures by a part of them (best), or order those found by late interaction too. Without it: best for a crop, once vsearch collections regions has been run." };
    private static readonly Option<double> Diversity = new("--diversity") { Description = "0 orders by match alone, 1 prefers results that differ from each other.", HelpName = "0..1" };
    private static readonly Option<string?> Rules = new("--rules") { Description = "Business rules (rules.json).", HelpName = "FILE" };
    private static readonly Option<bool> Explain = new("--explain") { Description = "Say why each result is where it is." };

    public static Command Create()
    {
        var command = new TaughtCommand("search", """
            Search by words, by a picture, by a part of a picture, or by words and picture at once.

            Examples:
              vsearch search "two red boats"
              vsearch search --image boat.jpg --crop 0.2,0.3,0.5,0.4
              vsearch search "at night" --image boat.jpg -k 5 --explain
            """)
        {
            Text, Image, Crop, Like, Not, Count, Offset, Filter, Mode, Regions, Collapse, Diversity, Rules, Explain,
            SharedOptions.Collection, SharedOptions.Qdrant, SharedOptions.Model, SharedOptions.Json,
        };
        // A misspelt option would otherwise be searched for as a word.
        Text.Validators.Add(static text =>
        {
            if (text.Tokens is [{ Value: ['-', ..] option }, ..]) text.AddError($"There is no option '{option}'.");
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Text) is null && parsed.GetValue(Image) is null && parsed.GetValue(Like) is null)
        {
            throw new UsageException("Say what to look for: words, --image FILE, or --like ID. See: vsearch search --help");
        }

        var crop = ParseCrop(parsed.GetValue(Crop), parsed.GetValue(Image));
        var filter = ParseFilter(parsed.GetValue(Filter));
        var collection = parsed.GetValue(SharedOptions.Collection)!;
        using var encoder = DualEncoder.Open(ModelChoice.Folder(parsed, collection));
        using var place = CollectionPlace.Open(parsed);
        using var store = place.Open(collection, StoreAccess.Read, encoder.Manifest);
        var regions = store.RegionsFor(parsed.GetValue(Regions), crop is not null, parsed.GetValue(Mode));
        var rules = parsed.GetValue(Rules) is { } file ? BusinessRules.Load(file) : BusinessRules.None;
        var response = new SearchPipeline(store, encoder, rules: rules).Search(
            new SearchQuery
            {
                Text = parsed.GetValue(Text),
                NegativeText = parsed.GetValue(Not),
                PictureVector = Picture(parsed.GetValue(Image), crop, encoder.Manifest.Fit) is { } picture ? encoder.EncodePicture(picture) : null,
                PicturePatches = regions == RegionMode.LateInteraction && Picture(parsed.GetValue(Image), crop, encoder.Manifest.Fit) is { } seen
                    ? encoder.EncodePatches([seen])[0]
                    : null,
                Regions = regions,
                ImageItemId = parsed.GetValue(Like),
                K = parsed.GetValue(Count),
                Offset = parsed.GetValue(Offset),
                Filter = filter,
                Mode = parsed.GetValue(Mode),
                Collapse = parsed.GetValue(Collapse),
                Diversity = parsed.GetValue(Diversity),
                Explain = parsed.GetValue(Explain),
            },
            cancellation);

        if (parsed.GetValue(SharedOptions.Json)) Output.Json(response);
        else Print(response);
        return ExitCode.Success;
    }

    private static RgbPicture? Picture(FileInfo? image, CropBox? crop, PictureFit fit) =>
        image is null ? null : new PictureReader().Read(PictureSource.FromFile(image.FullName), fit, crop);

    private static CropBox? ParseCrop(string? crop, FileInfo? image)
    {
        if (crop is null) return null;
        if (image is null) throw new UsageException("--crop needs a picture: add --image FILE.");
        try
        {
            return CropBox.Parse(crop);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new UsageException($"--crop '{crop}': {error.Message}");
        }
    }

    internal static Filter? ParseFilter(string? json)
    {
        if (json is null) return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return VisualSearch.Search.Retrieval.Filter.Parse(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new UsageException($"--filter is no JSON: {error.Message}");
        }
    }

    private static string Place(CropBox? box) => box is { } part
        ? string.Create(CultureInfo.InvariantCulture, $"  at {part.X:0.00},{part.Y:0.00},{part.Width:0.00},{part.Height:0.00}")
        : "";

    // Where to start the player, and the span that was found.
    private static string Time(SearchResult result) => result.Item is { Start: { } start, End: { } end }
        ? $"  at {Clock(result.Moment ?? start)} ({Clock(start)} to {Clock(end)}, {result.FoundBy.ToString().ToLowerInvariant()})"
        : "";

    internal static string Clock(double seconds) => TimeSpan.FromSeconds(seconds).ToString(seconds >= 3600 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private static void Print(SearchResponse response)
    {
        Console.Out.WriteLine($"{response.Understood}  ({response.TookMs:0.0} ms)");
        if (response.Results.Count == 0)
        {
            Console.Out.WriteLine("Nothing found. Use fewer words or filters, or see what is there: vsearch collections info");
            return;
        }

        if (response.NoGoodMatch) Console.Out.WriteLine("No good match; these are the nearest.");
        foreach (var result in response.Results)
        {
            var title = result.Asset.Title is { } text ? $"  {text}" : "";
            Console.Out.WriteLine($"{result.Position,4}. {result.Match,3} %  [{result.Item.Id}] {result.Asset.RelativePath}{Time(result)}{title}{Place(result.Box)}");
            if (result.Said is { } said) Console.Out.WriteLine($"            “{said}”");
            foreach (var step in result.Explanation?.Steps ?? []) Console.Out.WriteLine($"            {step.Stage,-10} {step.Sentence}");
        }
    }
}
