using System.Text.Json;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_line_is_there_before_the_request_is_carried_out_and_gets_its_outcome_in_place()
    {
        var log = new AuditLog(_folder.Path);
        using var first = log.Begin(Request("/v1/a"));
        using var second = log.Begin(Request("/v1/b"));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Null], Lines().Select(static line => line.GetProperty("status").ValueKind));
        second.Touch(9);
        second.Touch(9);
        second.Finish(201, 1234);
        Assert.Equal(JsonValueKind.Null, Lines()[0].GetProperty("status").ValueKind);
        first.Finish(404, 0);
        first.Finish(200, 7);

        var lines = Lines();
        Assert.Equal(["/v1/a", "/v1/b"], lines.Select(static line => line.GetProperty("path").GetString()));
        Assert.Equal([404, 201], lines.Select(static line => line.GetProperty("status").GetInt32()));
        Assert.Equal([0, 1234], lines.Select(static line => line.GetProperty("bytes").GetInt64()));
        Assert.Equal([9], lines[1].GetProperty("assets").EnumerateArray().Select(static id => id.GetInt64()));
        Assert.Equal(("3f9a0c11d2e4", "POST", "pictures"), (lines[0].GetProperty("key").GetString(), lines[0].GetProperty("method").GetString(), lines[0].GetProperty("collection").GetString()));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), lines[0].GetProperty("time").GetDateTimeOffset());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder[AuditLog.FileName]));
    }

    [Fact]
    public void The_longest_outcome_still_fits_into_the_line()
    {
        using var entry = new AuditLog(_folder.Path).Begin(Request("/v1/a"));
        for (var id = long.MaxValue - 50; id < long.MaxValue; id++) entry.Touch(id);
        entry.Finish(503, long.MaxValue);
        var line = Assert.Single(Lines());
        Assert.Equal(long.MaxValue, line.GetProperty("bytes").GetInt64());
        Assert.InRange(line.GetProperty("assets").GetArrayLength(), 5, 50);
    }

    [Fact]
    public void A_line_that_was_cut_off_spoils_no_other()
    {
        _folder.Write(AuditLog.FileName, """{"time":"2026-""");
        using var entry = new AuditLog(_folder.Path).Begin(Request("/v1/a"));
        entry.Finish(200, 1);
        var lines = File.ReadAllLines(_folder[AuditLog.FileName]);
        Assert.Equal("""{"time":"2026-""", lines[0]);
        Assert.Equal(200, JsonDocument.Parse(lines[1]).RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public void Full_files_are_put_aside_and_the_oldest_deleted_and_outcomes_find_their_lines()
    {
        const int MostBytes = 2000;
        var log = new AuditLog(_folder.Path, MostBytes);
        using var late = log.Begin(Request("/v1/late"));
        for (var i = 0; i < 200; i++)
        {
            using var entry = log.Begin(Request($"/v1/{i}"));
            entry.Finish(200, i);
            if (i != 10) continue;
            late.Finish(418, 0);
            var moved = Directory.GetFiles(_folder.Path, "audit.*.jsonl").SelectMany(File.ReadLines);
            Assert.Contains(moved, static line => line.Contains("/v1/late", StringComparison.Ordinal) && line.Contains("418", StringComparison.Ordinal));
        }

        var files = Enumerable.Range(1, AuditLog.Kept).Reverse().Select(number => _folder[$"audit.{number}.jsonl"]).Append(_folder[AuditLog.FileName]).ToArray();
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.Path, "*.jsonl").Order(StringComparer.Ordinal));
        Assert.All(files, static file => Assert.InRange(new FileInfo(file).Length, 1, MostBytes));
        var paths = files.SelectMany(File.ReadLines).Select(static line => int.Parse(JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()!["/v1/".Length..])).ToArray();
        Assert.Equal(Enumerable.Range(paths[0], paths.Length), paths);
        Assert.Equal(199, paths[^1]);
    }

    [Fact]
    public async Task Two_servers_of_one_folder_write_whole_lines()
    {
        var logs = new[] { new AuditLog(_folder.Path, 20_000), new AuditLog(_folder.Path, 20_000) };
        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                using var entry = logs[writer % 2].Begin(Request($"/v1/{writer}/{i}"));
                entry.Finish(200 + writer, i);
            }
        })));
        var lines = Directory.GetFiles(_folder.Path, "*.jsonl").SelectMany(File.ReadLines).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(120, lines.Length);
        Assert.Equal(120, lines.Select(static line => line.GetProperty("path").GetString()).Distinct().Count());
        Assert.All(lines, static line => Assert.StartsWith($"/v1/{line.GetProperty("status").GetInt32() - 200}/", line.GetProperty("path").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_cannot_be_written_says_why()
    {
        Directory.CreateDirectory(_folder[AuditLog.FileName]);
        var error = Assert.Throws<AuditLogException>(() => new AuditLog(_folder.Path).Begin(Request("/v1/a")));
        Assert.Contains(_folder[AuditLog.FileName], error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static AuditedRequest Request(string path) => new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), "3f9a0c11d2e4", "POST", path, "pictures");

    private JsonElement[] Lines() => [.. File.ReadLines(_folder[AuditLog.FileName]).Select(static line => JsonDocument.Parse(line).RootElement)];
}
