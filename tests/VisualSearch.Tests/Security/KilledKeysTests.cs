using System.Diagnostics;
using VisualSearch.Api.Security;
using VisualSearch.Tests.Cli;

namespace VisualSearch.Tests.Security;

public sealed class KilledKeysTests
{
    private const int Kills = 4;

    [Fact]
    public async Task Writers_killed_at_any_moment_lose_no_key_that_was_made_and_hold_nobody_up()
    {
        using var folder = new TemporaryFolder();
        var file = new KeyFile(folder["data"]);
        var random = new Random(7);
        List<string> made = [];
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = VsearchProcess.Start(new ProcessStartInfo("dotnet", [typeof(KilledKeyWriter).Assembly.Location, "make-keys-until-killed", folder["data"]]));
            // Two writers at once, in two processes.
            made.Add(file.Create(new NewKey { Scopes = ApiScope.Ingest }).Stored.Id);
            for (var keys = 1 + random.Next(10); keys > 0; keys--)
            {
                var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
                made.Add(line ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync()));
                if (keys % 3 == 0) made.Add(file.Create(new NewKey { Scopes = ApiScope.Ingest }).Stored.Id);
            }

            // Somewhere between reading, writing and renaming: making a key takes a few milliseconds.
            Thread.Sleep(random.Next(8));
            process.Kill(entireProcessTree: true);
            made.AddRange((await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line.Length == 12));
            await process.WaitForExitAsync();

            // At most the one that was made and could not be told any more.
            var kept = file.Read().Select(static key => key.Id).ToHashSet();
            Assert.Empty(made.Except(kept));
            Assert.InRange(kept.Count - made.Count, 0, kill + 1);
            made.Add(file.Create(new NewKey { Scopes = ApiScope.Search }).Stored.Id);
        }
    }
}
