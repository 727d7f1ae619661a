using System.Diagnostics;
using System.Text.Json;
using VisualSearch.Tests.Models.Registry;

namespace VisualSearch.Tests.Cli;

/// <summary><c>vsearch models</c> as its users meet it.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    private readonly PullFixture _hub = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _list;

    public ModelsCommandTests() => _list = _hub.WriteList();

    [Fact]
    public void Pull_list_verify_and_use_work_together()
    {
        var pulled = Run("models", "pull", "paper", "--registry", _list, "--json");
        Assert.True(pulled.ExitCode == 0, pulled.Error);
        Assert.Equal("paper", JsonDocument.Parse(pulled.Output).RootElement.GetProperty("name").GetString());

        Assert.Equal((true, false), State("paper"));
        Assert.Equal((true, true), State("default"));
        var table = Run("models", "list", "--registry", _list);
        Assert.Contains("installed", table.Output, StringComparison.Ordinal);

        var verified = Run("models", "verify", "paper");
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.Contains("ok     digests of 5 files", verified.Output, StringComparison.Ordinal);
        Assert.Contains("nothing says that they were right from the start", verified.Output, StringComparison.Ordinal);

        Assert.Equal(0, Run("models", "use", "paper").ExitCode);
        Assert.Equal((true, true), State("paper"));
        DrawnPictures.DrawMany(_folder["pictures"], 3);
        Assert.Equal(0, Run("index", _folder["pictures"], "--collection", "a").ExitCode);
        Assert.StartsWith("paper@", Info("a"), StringComparison.Ordinal);

        // A collection of another model keeps refusing, and an environment variable goes before the choice.
        Assert.Equal(0, Run("models", "use", "default").ExitCode);
        var refused = Run("search", "red", "--collection", "a", "--model", Path.Combine(SharedData.Repository, "models", "default"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("paper@", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("models", "use", "paper").ExitCode);
        var overruled = RunWith("VSEARCH_MODEL", Path.Combine(SharedData.Repository, "models", "default"), "index", _folder["pictures"], "--collection", "b");
        Assert.True(overruled.ExitCode == 0, overruled.Error);
        Assert.StartsWith("default@", Info("b"), StringComparison.Ordinal);

        File.AppendAllText(Path.Combine(_hub.Installed, "merges.txt"), "x");
        var damaged = Run("models", "verify", "paper");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("merges.txt", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_computes_something_else_fails_the_check()
    {
        Assert.Equal(0, Run("models", "pull", "paper", "--registry", _list).ExitCode);
        string path = Path.Combine(_hub.Installed, "model.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("0.25,", "0.5,", StringComparison.Ordinal));
        var result = Run("models", "verify", "paper");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FAULT  file golden.png: cosine", result.Output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(Run("models", "verify", "paper", "--json").Output).RootElement.GetProperty("isRight").GetBoolean());
    }

    [Models.DefaultModelFact]
    public void The_default_model_is_right()
    {
        var result = Run("models", "verify");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("All is well.", result.Output, StringComparison.Ordinal);
        Assert.Contains("PyTorch and Pillow", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_said_in_one_line_with_what_to_do()
    {
        var unknown = Run("models", "pull", "papers", "--registry", _list);
        Assert.Equal(1, unknown.ExitCode);
        Assert.StartsWith("vsearch: There is no model 'papers' to pull. There are: paper.", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("'vsearch models pull paper'", Run("models", "use", "paper").Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("models", "pull", "paper", "--stall", "0", "--registry", _list).ExitCode);
        Assert.Equal(1, Run("models", "list", "--registry", _folder["nowhere.json"]).ExitCode);

        // The model in use was removed by hand: one line, whatever the command.
        Directory.CreateDirectory(_hub.Library.Folder);
        File.WriteAllText(Path.Combine(_hub.Library.Folder, ".use"), "paper\n");
        var gone = Run("index", _folder.Path);
        Assert.Equal(1, gone.ExitCode);
        Assert.StartsWith("vsearch: The model 'paper' is not installed", gone.Error, StringComparison.Ordinal);
        foreach (string command in (string[])["list", "pull", "verify", "use"])
        {
            Assert.Contains("Example: vsearch models " + command, Run("models", command, "--help").Output, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    private (bool Installed, bool InUse) State(string name)
    {
        var rows = JsonDocument.Parse(Run("models", "list", "--registry", _list, "--json").Output).RootElement;
        var row = rows.EnumerateArray().Single(r => r.GetProperty("name").GetString() == name);
        return (row.GetProperty("installed").GetBoolean(), row.GetProperty("inUse").GetBoolean());
    }

    private string Info(string collection) => JsonDocument.Parse(Run("collections", "info", collection, "--json").Output).RootElement.GetProperty("model").GetString()!;

    private VsearchProcess.Result Run(params string[] arguments) => RunWith("HF_ENDPOINT", _hub.Server.Address, arguments);

    private VsearchProcess.Result RunWith(string variable, string value, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. arguments, "--data", _hub.Data]);
        start.Environment[variable] = value;
        using var process = VsearchProcess.Start(start);
        return VsearchProcess.Finish(process);
    }
}
