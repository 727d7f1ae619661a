using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Cli;

/// <summary>The command line as its users meet it: a process, its output and its exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Index_search_list_verify_and_drop_work_together()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 12);
        _folder.Write("pictures/0005.jpg.json", """{"title":"A zeppelin","tags":["sky"]}""");
        var indexed = Run("index", _folder["pictures"]);
        Assert.True(indexed.ExitCode == 0, indexed.Error);
        Assert.Contains("12 files found: 12 added", indexed.Output, StringComparison.Ordinal);

        var found = Run("search", "zeppelin", "--json");
        var response = JsonDocument.Parse(found.Output).RootElement;
        Assert.Equal("0005.jpg", response.GetProperty("results")[0].GetProperty("asset").GetProperty("relativePath").GetString());

        var alike = Run("search", "--image", Path.Combine(_folder["pictures"], "0003.jpg"), "-k", "3", "--explain");
        Assert.Contains("0003.jpg", alike.Output.Split('\n')[1], StringComparison.Ordinal);

        Assert.Contains("default", Run("collections", "list").Output, StringComparison.Ordinal);
        Assert.Equal(12, JsonDocument.Parse(Run("collections", "info", "--json").Output).RootElement.GetProperty("assets").GetInt32());
        Assert.Equal(0, Run("collections", "verify").ExitCode);
        Assert.Equal(2, Run("collections", "drop", "default").ExitCode);
        Assert.Equal(0, Run("collections", "drop", "default", "--yes").ExitCode);
        var after = Run("search", "zeppelin");
        Assert.Equal(1, after.ExitCode);
        Assert.Contains("vsearch index", after.Error, StringComparison.Ordinal);
    }

    /// <summary>ONNX Runtime keeps an identity of the device there, and sends it to its maker, unless it is told not to before it starts.</summary>
    [Fact]
    public void Nothing_is_left_in_the_users_folders_by_the_library_that_runs_the_models()
    {
        Directory.CreateDirectory(_folder["home"]);
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [VsearchProcess.Program, "doctor", "--data", _folder["data"]]);
        foreach (var variable in new[] { "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME" }) start.Environment[variable] = _folder["home"];
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        // The library tells continuous integration by such variables, and keeps quiet there by itself.
        foreach (var variable in new[] { "CI", "TF_BUILD", "GITHUB_ACTIONS", "BUILD_ID" }) start.Environment.Remove(variable);
        using var process = VsearchProcess.Start(start);
        var result = VsearchProcess.Finish(process);
        Assert.Contains("1.29", result.Output, StringComparison.Ordinal); // It was loaded.
        Assert.DoesNotContain(Directory.GetFiles(_folder["home"], "*", SearchOption.AllDirectories), static file => !file.Contains("dotnet", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("search")]
    [InlineData("nonsense")]
    [InlineData("search", "--k")]
    [InlineData("index")]
    [InlineData("search", "a", "--crop", "0,0,1,1")]
    [InlineData("serve", "--host", "0.0.0.0")]
    [InlineData("serve", "--port", "99999")]
    [InlineData("search", "a", "--filter", "{")]
    public void Wrong_usage_ends_with_2_and_one_clear_line(params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 2, $"{result.ExitCode}: {result.Output}{result.Error}");
        Assert.StartsWith("vsearch: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_explains_itself()
    {
        var help = Run("--help").Output;
        foreach (var command in new[] { "demo", "index", "search", "serve", "mcp", "collections", "models", "samples", "eval", "doctor" })
        {
            Assert.Contains(command, help, StringComparison.Ordinal);
            var own = Run(command, "--help");
            Assert.Equal(0, own.ExitCode);
            Assert.Contains("Usage:", own.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Doctor_finds_this_machine_in_order_and_a_wrong_model_at_fault()
    {
        var well = Run("doctor");
        Assert.True(well.ExitCode == 0, well.Output);
        Assert.Contains("libvips", well.Output, StringComparison.Ordinal);
        Assert.Contains(KernelSet.Description, well.Output, StringComparison.Ordinal);

        var ill = Run("doctor", "--model", _folder["nowhere"], "--json");
        Assert.Equal(1, ill.ExitCode);
        var model = JsonDocument.Parse(ill.Output).RootElement.EnumerateArray().Single(static check => check.GetProperty("name").GetString() == "model");
        Assert.False(model.GetProperty("ok").GetBoolean());
        Assert.NotEmpty(model.GetProperty("fix").GetString()!);
    }

    public void Dispose() => _folder.Dispose();

    private VsearchProcess.Result Run(params string[] arguments) => VsearchProcess.Run([.. arguments, "--data", _folder["data"]]);
}
