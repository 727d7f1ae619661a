using VisualSearch.Bench;
using VisualSearch.Bench.Ann;

// Benchmarks are named by the question they answer. Each prints a table, and with --json one JSON object.
var json = args.Contains("--json");
var rest = args.Where(static arg => arg != "--json").ToArray();
switch (rest.FirstOrDefault())
{
    case "indexing":
        return await IndexingBench.RunAsync(rest.Skip(1).FirstOrDefault(), json).ConfigureAwait(false);
    case "serving":
        return await ServingBench.RunAsync(json).ConfigureAwait(false);
    case "ann-engine":
        return OwnEngine.Run(rest[1], rest.Skip(2).Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1]));
    case "ann-data":
        foreach (var set in new[] { AnnDataSets.Pixels(rest[1]), AnnDataSets.Embeddings(rest[1]), AnnDataSets.Synthetic(1_000_000) }) Console.WriteLine(set);
        return 0;
    case null or "--help" or "-h":
        Console.WriteLine("""
            vsearch bench NAME [--json]

              indexing [FOLDER]   How near does the pipeline come to what decoding and embedding alone allow?
                                  FOLDER's pictures, repeated to 2,000 files; without one, generated samples.
              serving             How long does a search take over HTTP, at 1 and at 8 clients, over 10,000 pictures?
            """);
        return 0;
    default:
        Console.Error.WriteLine($"vsearch bench: there is no benchmark '{rest[0]}'. See: vsearch bench --help");
        return 2;
}
