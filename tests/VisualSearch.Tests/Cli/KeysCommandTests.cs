using System.Text.Json;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Cli;

/// <summary><c>vsearch keys</c> as its users meet it.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Create_list_rotate_and_revoke_work_together()
    {
        var plain = Run("create", "--scopes", "search,ingest", "--name", "the shop", "--rate", "600", "--expires", "30");
        Assert.True(plain.ExitCode == 0, plain.Error);
        // The key alone, for KEY=$(…).
        Assert.Matches("^vsk_[0-9a-f]{12}_[0-9a-f]{64}\n$", plain.Output);
        Assert.Contains("It is the first", plain.Error, StringComparison.Ordinal);
        var first = plain.Output.Split('_')[1];

        var made = Json("create", "--scopes", "admin", "--json");
        Assert.Equal(["id", "key"], made.EnumerateObject().Select(static member => member.Name));
        var id = made.GetProperty("id").GetString()!;
        Assert.StartsWith($"vsk_{id}_", made.GetProperty("key").GetString(), StringComparison.Ordinal);

        var rotated = Json("rotate", id, "--grace", "2", "--json");
        Assert.Equal(id, rotated.GetProperty("id").GetString());
        Assert.NotEqual(made.GetProperty("key").GetString(), rotated.GetProperty("key").GetString());
        Assert.Equal(0, Run("revoke", first).ExitCode);
        LastUse.Merge(_folder["data"], new Dictionary<string, DateTimeOffset> { [id] = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) });

        var listed = Run("list", "--json");
        Assert.DoesNotContain("sha256", listed.Output, StringComparison.OrdinalIgnoreCase);
        var rows = JsonDocument.Parse(listed.Output).RootElement;
        Assert.Equal([first, id], rows.EnumerateArray().Select(static row => row.GetProperty("id").GetString()));
        Assert.Equal("the shop", rows[0].GetProperty("name").GetString());
        Assert.Equal(["search", "ingest"], rows[0].GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()));
        Assert.Equal([600, StoredKey.DefaultPerMinute], rows.EnumerateArray().Select(static row => row.GetProperty("perMinute").GetInt32()));
        Assert.Equal(["revoked", "valid"], rows.EnumerateArray().Select(static row => row.GetProperty("state").GetString()));
        Assert.Equal(30, (rows[0].GetProperty("expiresAt").GetDateTimeOffset() - rows[0].GetProperty("createdAt").GetDateTimeOffset()).TotalDays);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), rows[1].GetProperty("lastUsedAt").GetDateTimeOffset());
        Assert.Equal(rotated.GetProperty("previousUntil").GetDateTimeOffset(), rows[1].GetProperty("previousUntil").GetDateTimeOffset());
        Assert.Contains(id, Run("list").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "create")]
    [InlineData(2, "create", "--scopes", "everything")]
    [InlineData(2, "create", "--scopes", "")]
    [InlineData(2, "create", "--scopes", "search", "--rate", "0")]
    [InlineData(2, "create", "--scopes", "search", "--expires", "0")]
    [InlineData(2, "rotate", "3f9a0c11d2e4", "--grace", "-1")]
    [InlineData(1, "revoke", "3f9a0c11d2e4")]
    [InlineData(1, "rotate", "nonsense")]
    public void What_cannot_be_done_is_said_in_one_line(int exitCode, params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Output}{result.Error}");
        Assert.StartsWith("vsearch: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(new KeyFile(_folder["data"]).Exists);
    }

    public void Dispose() => _folder.Dispose();

    private JsonElement Json(params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private VsearchProcess.Result Run(params string[] arguments) => VsearchProcess.Run(["keys", .. arguments, "--data", _folder["data"]]);
}
