using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VisualSearch.Api.Security;
using VisualSearch.Cli.Terminal;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch keys create|list|revoke|rotate</c>: who may use the API.</summary>
internal static class KeysCommand
{
    private const int MostDays = 3650;

    public static Command Create() => new("keys", "Make, list, revoke or renew keys of the API. It asks for one as soon as there is one.") { New(), List(), Revoke(), Rotate() };

    private static Argument<string> Id() => new("ID") { Description = "The key's id: the 12 characters after 'vsk_'." };

    private static TaughtCommand New()
    {
        var scopes = new Option<string[]>("--scopes") { Description = $"What the key allows, with commas: {ApiScopes.Known} (admin includes the others).", HelpName = "SCOPES", Required = true, AllowMultipleArgumentsPerToken = true };
        var name = new Option<string?>("--name") { Description = "Who or what gets it.", HelpName = "TEXT" };
        var rate = new Option<int?>("--rate") { Description = $"Requests a minute, 1 to {StoredKey.MostPerMinute}; what is not used is saved up for a minute. Without it: {StoredKey.DefaultPerMinute}.", HelpName = "N" };
        var days = new Option<int?>("--expires") { Description = $"Days until it ends, 1 to {MostDays}. Without it: never.", HelpName = "DAYS" };
        var command = new TaughtCommand("create", """
            Make a key and print it, this once.

            From then on every request to the API needs a key; a running server notices by itself. It is sent as 'Authorization: Bearer KEY', as
            'X-Api-Key: KEY', or as the password of a browser's own prompt. Only its SHA-256 is kept. The key alone goes to standard output.

            Example: KEY=$(vsearch keys create --scopes search,ingest --name "the web shop" --rate 600 --expires 90)
            """)
        { scopes, name, rate, days, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var words = parsed.GetValue(scopes)!.SelectMany(static text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();
            var allowed = ApiScopes.Parse(words) ?? throw new UsageException($"--scopes is '{string.Join(',', words)}'; give one or several of {ApiScopes.Known}, with commas between them.");
            if (parsed.GetValue(rate) is < 1 or > StoredKey.MostPerMinute) throw new UsageException($"--rate is {parsed.GetValue(rate)}; give 1 to {StoredKey.MostPerMinute} requests a minute.");
            if (parsed.GetValue(days) is < 1 or > MostDays) throw new UsageException($"--expires is {parsed.GetValue(days)}; give 1 to {MostDays} days.");
            var file = Keys(parsed);
            var isFirst = !file.Exists;
            var issued = file.Create(new NewKey
            {
                Scopes = allowed,
                Name = parsed.GetValue(name),
                PerMinute = parsed.GetValue(rate),
                Lifetime = parsed.GetValue(days) is { } lasting ? TimeSpan.FromDays(lasting) : null,
            });
            if (Told(parsed, issued, null)) return ExitCode.Success;
            Console.Error.WriteLine($"Key {issued.Stored.Id}: {Describe(issued.Stored)}. It is shown this once; keep it where secrets are kept.");
            if (isFirst) Console.Error.WriteLine("It is the first: from now on every request to the API needs a key.");
            return ExitCode.Success;
        });
        return command;
    }

    private static TaughtCommand List()
    {
        var command = new TaughtCommand("list", """
            All keys: what they allow, and when they were last used. The keys themselves are nowhere to be read.

            A running server saves every minute when keys were last used. Revoked keys stay in the list: their ids stand in the audit log.

            Example: vsearch keys list --json
            """)
        { SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var file = Keys(parsed);
            var keys = file.Read();
            var used = LastUse.Read(parsed.GetValue(SharedOptions.Data)!);
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(keys.Select(key => Row(key, LastUsed(key, used))));
            else if (keys.Count == 0) Console.Out.WriteLine($"No keys in {file.Path}. Make one with: vsearch keys create --scopes search");
            else AnsiConsole.Write(Table(keys, used));
            return ExitCode.Success;
        });
        return command;
    }

    private static TaughtCommand Revoke()
    {
        var id = Id();
        var command = new TaughtCommand("revoke", """
            End a key for good: a running server refuses it from the next request on.

            Revoking the last key does not open the API; it then lets nobody in until another is made.

            Example: vsearch keys revoke 3f9a0c11d2e4
            """)
        { id };
        command.SetAction(parsed =>
        {
            var key = Keys(parsed).Revoke(parsed.GetValue(id)!);
            Console.Out.WriteLine($"Key {key.Id} is revoked since {Time(key.RevokedAt)}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static TaughtCommand Rotate()
    {
        var id = Id();
        var grace = new Option<double>("--grace") { Description = "Hours for which the present secret still works, 0 to 720.", HelpName = "HOURS", DefaultValueFactory = static _ => 24 };
        var command = new TaughtCommand("rotate", """
            Give a key a new secret, and print it, this once; scopes, rate and end stay.

            The present secret works on for --grace hours, so that its users can change over; one from before that, if it still worked, ends now.

            Example: vsearch keys rotate 3f9a0c11d2e4 --grace 2
            """)
        { id, grace, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var hours = parsed.GetValue(grace);
            if (!(hours is >= 0 and <= 720)) throw new UsageException($"--grace is {hours.ToString(CultureInfo.InvariantCulture)}; give 0 to 720 hours.");
            var issued = Keys(parsed).Rotate(parsed.GetValue(id)!, TimeSpan.FromHours(hours));
            var until = issued.Stored.Replaced?.Until;
            if (Told(parsed, issued, until)) return ExitCode.Success;
            Console.Error.WriteLine($"Key {issued.Stored.Id} has a new secret, shown this once. The one before {(until is null ? "has ended" : $"works until {Time(until)}")}.");
            return ExitCode.Success;
        });
        return command;
    }

    // True when that is all that is to be printed.
    private static bool Told(ParseResult parsed, IssuedKey issued, DateTimeOffset? previousUntil)
    {
        var asJson = parsed.GetValue(SharedOptions.Json);
        if (!asJson) Console.Out.WriteLine(issued.Key);
        else Output.Json(new { issued.Stored.Id, issued.Key, previousUntil });
        return asJson;
    }

    private static KeyFile Keys(ParseResult parsed) => new(parsed.GetValue(SharedOptions.Data)!);

    private static object Row(StoredKey key, DateTimeOffset? lastUsedAt) => new
    {
        key.Id,
        key.Name,
        scopes = key.Scopes.Words(),
        perMinute = key.PerMinute ?? StoredKey.DefaultPerMinute,
        state = key.StateAt(DateTimeOffset.UtcNow),
        key.CreatedAt,
        key.ExpiresAt,
        key.RevokedAt,
        previousUntil = key.Replaced?.Until,
        lastUsedAt,
    };

    private static Table Table(IReadOnlyList<StoredKey> keys, IReadOnlyDictionary<string, DateTimeOffset> used)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Id", "Name", "Scopes", "A minute", "State", "Last used");
        table.Columns[3].RightAligned();
        // What is copied from here must stay whole, however narrow the terminal.
        table.Columns[0].NoWrap();
        table.Columns[^1].NoWrap();
        foreach (var key in keys)
        {
            table.AddRow(
                key.Id, Markup.Escape(key.Name ?? ""), string.Join(", ", key.Scopes.Words()), $"{key.PerMinute ?? StoredKey.DefaultPerMinute:N0}", State(key),
                LastUsed(key, used) is { } at ? Time(at) : "never");
        }

        return table;
    }

    private static DateTimeOffset? LastUsed(StoredKey key, IReadOnlyDictionary<string, DateTimeOffset> used) => used.TryGetValue(key.Id, out var at) ? at : null;

    private static string State(StoredKey key) => key.StateAt(DateTimeOffset.UtcNow) switch
    {
        KeyState.Revoked => $"revoked {Time(key.RevokedAt)}",
        KeyState.Expired => $"expired {Time(key.ExpiresAt)}",
        _ => key.ExpiresAt is { } end ? $"until {Time(end)}" : "valid",
    };

    private static string Describe(StoredKey key) =>
        $"{string.Join(", ", key.Scopes.Words())}; {key.PerMinute ?? StoredKey.DefaultPerMinute:N0} requests a minute; {(key.ExpiresAt is { } end ? $"until {Time(end)}" : "without end")}";

    private static string Time(DateTimeOffset? at) => at is { } time ? time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";
}
