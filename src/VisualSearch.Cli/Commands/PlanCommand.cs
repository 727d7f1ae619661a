using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Planning;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch plan</c>: what so many pictures and searches need.</summary>
internal static class PlanCommand
{
    private static readonly Option<double> Items = Number("--items", "Vectors to hold: one a picture, and one a shot and a passage of a video; such as 1e9 or 250,000,000.", "N", "");
    private static readonly Option<double> Qps = Number("--qps", "Searches a second at the busiest time.", "N", "/s");
    private static readonly Option<double> P99 = Number("--p99", "What 99 of 100 searches may take at most, such as 50ms or 0.2s.", "TIME", "ms", "s");
    private static readonly Option<double> NodeMemory = Number("--node-memory", "Memory of a node, such as 64GiB or 1TiB.", "SIZE", "GiB", "TiB");
    private static readonly Option<int> Dimension = new("--dim") { Description = "Numbers in a vector: 256 for the default model, 512 for CLIP ViT-B/32.", HelpName = "N", DefaultValueFactory = static _ => 256 };
    private static readonly Option<int> NodeCores = new("--node-cores") { Description = "Cores of a node.", HelpName = "N", DefaultValueFactory = static _ => 16 };
    private static readonly Option<int> Replicas = new("--replicas") { Description = "Copies of each shard at least; with 2, any node may go.", HelpName = "N", DefaultValueFactory = static _ => 2 };
    private static readonly Option<string> Recall = new("--recall") { Description = "Recall@10 of a search: 0.95 or 0.99.", HelpName = "R", DefaultValueFactory = static _ => "0.95" };
    private static readonly Option<CodeSize?> Codes = new("--codes") { Description = "int8 or int4; without it what needs fewer nodes." };
    private static readonly Option<double> SearchFactor = new("--search-factor") { Description = "How many times as long as this index the engine takes for a search; hnswlib takes 3.1 (docs/bench/ann-million.md).", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private static readonly Option<double> NodePrice = new("--node-price") { Description = "What a node costs an hour, in any money; prints what all of them cost in 730 hours, a month.", HelpName = "PRICE" };

    public static Command Create()
    {
        Items.DefaultValueFactory = static _ => 1e6;
        Qps.DefaultValueFactory = static _ => 100;
        P99.DefaultValueFactory = static _ => 50;
        NodeMemory.DefaultValueFactory = static _ => 64;
        var command = new TaughtCommand("plan", """
            Plan machines: memory, disk, shards, replicas and nodes for so many pictures and searches, with the arithmetic shown.

              vsearch plan --items 1e9 --dim 512 --qps 5000 --p99 50ms
              vsearch plan --items 2e6 --qps 50 --node-memory 16GiB --node-cores 4 --replicas 1

            The figures behind it were printed by ./vsearch bench on two cores; docs/scale.md tells what they mean, and what a plan leaves out.
            """)
        { Items, Dimension, Qps, P99, Recall, Codes, NodeCores, NodeMemory, Replicas, SearchFactor, NodePrice, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var plan = CapacityPlanner.Plan(new CapacityQuestion
            {
                Items = parsed.GetValue(Items),
                Dimension = parsed.GetValue(Dimension),
                QueriesPerSecond = parsed.GetValue(Qps),
                P99Milliseconds = parsed.GetValue(P99),
                Recall = parsed.GetValue(Recall) switch
                {
                    "0.95" => TargetRecall.Percent95,
                    "0.99" => TargetRecall.Percent99,
                    var other => throw new UsageException($"--recall {other}: measured are 0.95 and 0.99."),
                },
                Codes = parsed.GetValue(Codes),
                NodeCores = parsed.GetValue(NodeCores),
                NodeMemoryGiB = parsed.GetValue(NodeMemory),
                LeastReplicas = parsed.GetValue(Replicas),
                SearchFactor = parsed.GetValue(SearchFactor),
            });
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(plan);
            else Print(plan, parsed.GetValue(NodePrice));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(CapacityPlan plan, double price)
    {
        AnsiConsole.Console.Profile.Width = 160;
        Console.Out.WriteLine(Text($"{plan.Nodes:N0} nodes for {plan.Shards:N0} shards × {plan.Replicas} replicas with {(plan.Codes == CodeSize.Int8 ? 8 : 4)}-bit codes, and {plan.ApiNodes:N0} API nodes; p99 {plan.P99Milliseconds:0.0} ms"));
        if (price > 0) Console.Out.WriteLine(Text($"{(plan.Nodes + plan.ApiNodes) * price * 730:N0} a month at {price} an hour a node"));
        var steps = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn("from").AddColumn(new TableColumn("").RightAligned());
        foreach (var step in plan.Steps) steps.AddRow(new Text(step.What), new Text(step.How), new Text(step.Result));
        AnsiConsole.Write(steps);
        Console.Out.WriteLine("What another choice needs:");
        foreach (var driver in plan.Drivers) Console.Out.WriteLine(Text($"  {driver.Change,-28} {(driver.Nodes is { } nodes ? Text($"{nodes,10:N0} nodes") : "not within this p99")}"));
    }

    // "1e9", "250,000,000", "50ms", "0.2s": the second unit is a thousand (or, of GiB, 1,024) of the first.
    private static Option<double> Number(string name, string description, string help, params string[] units) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value.Replace(",", "", StringComparison.Ordinal);
            var unit = Array.FindLastIndex(units, unit => unit.Length > 0 && text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && !(unit == "s" && text.EndsWith("ms", StringComparison.OrdinalIgnoreCase)));
            var digits = unit < 0 ? text : text[..^units[unit].Length];
            if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)) return value * (unit == 1 ? units[0] == "GiB" ? 1024 : 1000 : 1);
            Refuse(result, $"{name} {text} is no number{(units[0].Length > 0 ? $" of {string.Join(" or ", units)}" : "")}; give such as {Example(units[0])}.");
            return 0;
        },
    };

    private static string Example(string unit) => unit switch { "ms" => "50ms", "GiB" => "64GiB", "/s" => "5000", _ => "1e9" };

    private static void Refuse(ArgumentResult result, string message) => result.AddError(message);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
