using System.Text.Json;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Indexer;
using VisualSearch.Tests.Models;

namespace VisualSearch.Tests.Cli;

/// <summary><c>vsearch collections reembed|rollback|prune</c> as its users meet it.</summary>
public sealed class ReembedCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TwoModels _models = new();

    [Fact]
    public void Reembed_look_roll_back_and_prune_work_together()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 20);
        Succeed("index", _folder["pictures"], "--model", _models.FirstFolder);
        var ready = Succeed("collections", "reembed", "--model", _models.SecondFolder, "--no-switch");
        Assert.Contains("overlap10", ready.Output, StringComparison.Ordinal);
        Assert.Contains("Generation 2 is ready; generation 1 goes on", ready.Output, StringComparison.Ordinal);
        Assert.Contains("1, 2 building (100 %)", Succeed("collections", "list").Output, StringComparison.Ordinal);
        var info = Succeed("collections", "info").Output;
        Assert.Contains("1: running", info, StringComparison.Ordinal);
        Assert.Contains("2: being built, 20 of 20 pictures embedded", info, StringComparison.Ordinal);
        Assert.Contains("Generation 2 (model paper-b@1.2.3) is being built", Succeed("collections", "verify").Output, StringComparison.Ordinal);

        var switched = Succeed("collections", "reembed", "--model", _models.SecondFolder);
        Assert.Contains("20 of 20 pictures have their vectors already", switched.Error, StringComparison.Ordinal);
        Assert.Contains("0 pictures embedded (20 were there before)", switched.Output, StringComparison.Ordinal);
        Assert.Contains("searched in generation 2 now, with model paper-b@1.2.3", switched.Output, StringComparison.Ordinal);

        // Its own model is found without being named, and another one is refused.
        var picture = Path.Combine(_folder["pictures"], "0003.jpg");
        Assert.Contains("0003.jpg", Succeed("search", "--image", picture, "-k", "1").Output, StringComparison.Ordinal);
        var refused = Run("search", "--image", picture, "--model", _models.FirstFolder);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("vsearch collections reembed default", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, Run("collections", "reembed", "--model", _models.SecondFolder).ExitCode);

        DrawnPictures.Draw(Path.Combine(_folder["pictures"], "later.jpg"), 77);
        Assert.Contains("1 added", Succeed("index", _folder["pictures"]).Output, StringComparison.Ordinal);
        var back = Succeed("collections", "rollback");
        Assert.Contains("1 pictures embedded (20 were there before)", back.Output, StringComparison.Ordinal);
        Assert.Contains("later.jpg", Succeed("search", "--image", Path.Combine(_folder["pictures"], "later.jpg"), "-k", "1").Output, StringComparison.Ordinal);
        var generations = JsonDocument.Parse(Succeed("collections", "info", "--json").Output).RootElement.GetProperty("generations");
        Assert.Equal(["running", "kept"], generations.EnumerateArray().Select(static one => one.GetProperty("state").GetString()));
        Assert.Contains("Generation 2 (paper-b@1.2.3, 21 vectors) is gone", Succeed("collections", "prune").Output, StringComparison.Ordinal);
        Assert.Contains("nothing to drop", Succeed("collections", "prune").Output, StringComparison.Ordinal);
        Assert.Equal(1, Run("collections", "rollback").ExitCode);
        Assert.Contains("All is well", Succeed("collections", "verify").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Judged_queries_that_fall_hold_the_switch_up_until_that_is_accepted()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 60);
        Succeed("index", _folder["pictures"], "--model", _models.FirstFolder);
        var files = Directory.GetFiles(_folder["pictures"]).Order(StringComparer.Ordinal).ToArray();
        var (query, document) = BestInFirstOnly(files);
        _folder.Write("queries.jsonl", $$"""{"id":"p1","kind":"picture","picture":"pictures/{{Path.GetFileName(query)}}"}""" + "\n");
        _folder.Write("qrels.txt", $"p1 0 pictures/{Path.GetFileName(document)} 1\n");

        string[] command = ["collections", "reembed", "--model", _models.SecondFolder, "--queries", _folder.Path];
        var refused = Run(command);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Not switched: nDCG@10 of the judged queries falls", refused.Output, StringComparison.Ordinal);
        Assert.Contains("1: running", Succeed("collections", "info").Output, StringComparison.Ordinal);
        var accepted = Succeed([.. command, "--accept-worse", "--json"]);
        var report = JsonDocument.Parse(accepted.Output).RootElement;
        Assert.True(report.GetProperty("summary").GetProperty("switched").GetBoolean());
        var measure = report.GetProperty("comparison").GetProperty("measures").EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "ndcg10");
        Assert.True(measure.GetProperty("before").GetDouble() > measure.GetProperty("after").GetDouble());
    }

    [Fact]
    public void Unreadable_pictures_and_models_that_do_not_serve_are_named_with_what_to_do()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 6);
        Succeed("index", _folder["pictures"], "--model", _models.FirstFolder);
        File.Delete(_folder["pictures", "0002.jpg"]);
        var refused = Run("collections", "reembed", "--model", _models.SecondFolder);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("0002.jpg: the file is gone", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--allow-missing", refused.Error, StringComparison.Ordinal);
        var allowed = Succeed("collections", "reembed", "--model", _models.SecondFolder, "--allow-missing");
        Assert.Contains("0 pictures embedded (5 were there before)", allowed.Output, StringComparison.Ordinal);
        Assert.Contains("1 pictures have no vector", allowed.Output, StringComparison.Ordinal);
        Assert.Contains("1 could not be embedded", Succeed("collections", "info").Output, StringComparison.Ordinal);
        var verified = Succeed("collections", "verify");
        Assert.Contains("0002.jpg", verified.Output, StringComparison.Ordinal);

        var absent = Run("collections", "reembed", "--model", "no-such-model");
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains("'no-such-model'", absent.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("collections", "reembed").ExitCode);
        Assert.Equal(1, Run("collections", "reembed", "nothing", "--model", "default").ExitCode);
    }

    [UnprivilegedFact]
    public void A_folder_that_may_not_be_written_is_said_and_nothing_has_changed()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 4);
        Succeed("index", _folder["pictures"], "--model", _models.FirstFolder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var refused = Unprivileged.Vsearch("collections", "reembed", "--model", DefaultModel.Locate(), "--data", _folder["data"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("vsearch: ", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("All is well", Succeed("collections", "verify").Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    /// <summary>A picture, and the one nearest to it by the first model, which the second has not among its ten.</summary>
    private (string Query, string Document) BestInFirstOnly(string[] files)
    {
        var first = files.Select(file => TwoModels.Encode(_models.First, file)).ToArray();
        var second = files.Select(file => TwoModels.Encode(_models.Second, file)).ToArray();
        for (var query = 0; query < files.Length; query++)
        {
            var best = Nearest(first, query)[0];
            if (!Nearest(second, query).Take(12).Contains(best)) return (files[query], files[best]);
        }

        throw new InvalidOperationException("The two models agree on every picture.");
    }

    private static int[] Nearest(float[][] vectors, int query) =>
        [.. Enumerable.Range(0, vectors.Length).Where(other => other != query).OrderByDescending(other => vectors[query].Zip(vectors[other], static (x, y) => x * y).Sum())];

    private VsearchProcess.Result Succeed(params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 0, $"vsearch {string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result;
    }

    private VsearchProcess.Result Run(params string[] arguments) => VsearchProcess.Run([.. arguments, "--data", _folder["data"]]);
}
