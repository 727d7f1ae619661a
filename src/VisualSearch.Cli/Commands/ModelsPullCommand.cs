using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch models pull NAME</c>: fetches and installs a model.</summary>
internal static class ModelsPullCommand
{
    private static readonly Option<double> Stall = new("--stall")
    {
        Description = "Seconds without a byte after which a connection is given up and made anew.",
        HelpName = "S",
        DefaultValueFactory = static _ => new DownloadOptions().StallTimeout.TotalSeconds,
    };

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "One of 'vsearch models list'." };
        var again = new Option<bool>("--force") { Description = "Fetch and install it although it is installed." };
        var command = new TaughtCommand("pull", """
            Fetch a model from its public home and install it in the data folder, whole or not at all.

            A pull that is stopped, killed or cut off goes on where it was when started again. Every file is checked: by the
            SHA-256 that was published for it where there is one, else by the one that the server announces. Then the model
            must open and give the vectors that others published for it, where there are such.

            Behind a wall, set HF_ENDPOINT to a mirror. Without any network, a failed pull says which files to put where.

            Example: vsearch models pull clip-vit-b-32 && vsearch models use clip-vit-b-32
            """)
        { name, again, Stall, ModelsCommand.Registry, SharedOptions.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var seconds = parsed.GetValue(Stall);
            if (seconds is not (> 0 and <= 3600)) throw new UsageException($"--stall is {seconds}; write seconds above 0 and up to 3600.");
            var registry = ModelRegistry.Load(parsed.GetValue(ModelsCommand.Registry));
            var entry = registry.Find(parsed.GetValue(name)!);
            var puller = new ModelPuller(ModelsCommand.Library(parsed), registry.Endpoint, new DownloadOptions { StallTimeout = TimeSpan.FromSeconds(seconds) });
            PullResult result;
            using (var line = new ProgressLine())
            {
                result = await puller.PullAsync(entry, parsed.GetValue(again), new Reporter(line), cancellation).ConfigureAwait(false);
            }

            if (parsed.GetValue(SharedOptions.Json)) Output.Json(result);
            else Print(result, entry);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(PullResult result, RegistryEntry entry)
    {
        if (result.WasInstalled)
        {
            Console.Out.WriteLine($"{result.Name} is installed already. Check it with: vsearch models verify {result.Name}");
            return;
        }

        Console.Out.WriteLine($"{entry.Title} is installed in {result.Folder}. Its licence: {entry.Licence}.");
        foreach (var remark in result.Remarks) Console.Out.WriteLine($"  note: {remark}");
        Console.Out.WriteLine(entry.HasPictures ? $"Use it for new collections with: vsearch models use {result.Name}" : "It embeds texts only.");
    }

    private sealed class Reporter(ProgressLine line) : IProgress<PullProgress>
    {
        private string? _note;

        public void Report(PullProgress value)
        {
            // A note stays on the line until bytes come again.
            _note = value.Note ?? (value.BytesPerSecond > 0 ? null : _note);
            line.Show(() =>
            {
                var share = value.Total > 0 ? (double)value.Done / value.Total : 0;
                var left = value.TimeLeft is { } time ? $"  {ProgressLine.Duration(time)} left" : "";
                var trouble = _note is { } note ? $"  again after: {note}" : "";
                return $"{ProgressLine.Bar(share)} {value.File}  {value.Done / 1048576.0:N0} of {value.Total / 1048576.0:N0} MiB  {value.BytesPerSecond / 1048576.0:N1} MiB/s{left}{trouble}";
            });
        }
    }
}
