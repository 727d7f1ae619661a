using System.Security.Cryptography;
using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Samples;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Tests.Samples;

public sealed class SampleGeneratorTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vsearch-samples-" + Guid.NewGuid().ToString("n"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void EveryPictureDecodesAndHasItsSizeAndFormat()
    {
        Make(count: 60, size: 120);
        var reader = new PictureReader();
        foreach (string line in File.ReadLines(Path.Combine(_folder, "pictures", "metadata.jsonl")))
        {
            string file = JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()!;
            Scene scene = SceneComposer.Compose(9, int.Parse(Path.GetFileNameWithoutExtension(file)));
            PictureSource source = PictureSource.FromFile(Path.Combine(_folder, "pictures", file));
            PictureInfo info = reader.ReadInfo(source);
            Assert.Equal(scene.Frame.Pixels(120), (info.Width, info.Height));
            Assert.Equal(scene.Extension, info.Format.Replace("jpeg", "jpg", StringComparison.OrdinalIgnoreCase), ignoreCase: true);
            Assert.True(Spread(reader.Read(source, new PictureFit(32, ResizeRule.Squash, ResizeQuality.Fast))) > 20, file);
        }
    }

    [Fact]
    public void EveryPictureHasABoxAroundEachOfItsThings()
    {
        Make(count: 40, size: 120);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, "boxes.jsonl"));
        Assert.Equal(40, lines.Length);
        foreach (string line in lines)
        {
            JsonElement picture = JsonDocument.Parse(line).RootElement;
            Scene scene = SceneComposer.Compose(9, int.Parse(Path.GetFileNameWithoutExtension(picture.GetProperty("file").GetString()!)));
            JsonElement[] boxes = [.. picture.GetProperty("boxes").EnumerateArray()];
            Assert.Equal(
                scene.Groups.SelectMany(group => Enumerable.Repeat((group.Thing.Name, group.Color, group.InSky), group.Count)).Order(),
                boxes.Select(box => (box.GetProperty("thing").GetString()!, box.GetProperty("color").GetString()!, box.GetProperty("sky").GetBoolean())).Order());
            foreach (double[] box in boxes.Select(box => box.GetProperty("box").EnumerateArray().Select(number => number.GetDouble()).ToArray()))
            {
                Assert.True(box.All(number => number is >= 0 and <= 1) && box[2] > 0 && box[3] > 0, line);
                Assert.True(box[0] + box[2] <= 1.0001 && box[1] + box[3] <= 1.0001, line);
            }
        }
    }

    [Fact]
    public void ASetWithoutBoxesGetsThemAndIsNotDrawnAgain()
    {
        Make(count: 12);
        string boxes = Path.Combine(_folder, "boxes.jsonl");
        string before = File.ReadAllText(boxes);
        File.Delete(boxes);
        Assert.Equal(0, Make(count: 12).Drawn);
        Assert.Equal(before, File.ReadAllText(boxes));
    }

    [Fact]
    public void ACompleteSetIsLeftAlone()
    {
        Assert.Equal(30, Make(count: 30).Count);
        Dictionary<string, DateTime> before = Times();
        SampleSet again = Make(count: 30);
        Assert.Equal((0, 30), (again.Drawn, again.Count));
        Assert.Equal(before, Times());
    }

    [Fact]
    public void AnInterruptedSetIsCompletedWithoutDrawingAgain()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SampleGenerator.Make(new SampleOptions { Count = 400, Seed = 9, Size = 48, Out = _folder, Parallelism = 2 }, progress, stop.Token));
        Assert.False(File.Exists(Path.Combine(_folder, "qrels.txt")));
        int there = Directory.GetFiles(_folder, "0?????.*", SearchOption.AllDirectories).Length;
        Assert.InRange(there, 1, 399);
        File.WriteAllText(Path.Combine(_folder, "pictures", ".partial-000399.jpg"), "half");

        SampleSet rest = SampleGenerator.Make(new SampleOptions { Count = 400, Seed = 9, Size = 48, Out = _folder });

        string other = _folder + "-whole";
        try
        {
            SampleSet whole = SampleGenerator.Make(new SampleOptions { Count = 400, Seed = 9, Size = 48, Out = other });
            Assert.True(rest.Drawn <= whole.Drawn - there);
            Assert.Equal(Contents(other), Contents(_folder));
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void ALargerSetKeepsThePicturesOfTheSmaller()
    {
        Make(count: 20);
        SampleSet larger = Make(count: 35);
        Assert.InRange(larger.Drawn, 15, 15 + 30);
        Assert.Equal(35, Directory.GetFiles(Path.Combine(_folder, "pictures"), "0*").Length);
        Make(count: 12);
        Assert.Equal(12, Directory.GetFiles(Path.Combine(_folder, "pictures"), "0*").Length);
        Assert.Equal(12, File.ReadLines(Path.Combine(_folder, "pictures", "metadata.jsonl")).Count());
    }

    [Fact]
    public void AnotherSeedReplacesTheSet()
    {
        Make(count: 20);
        string first = File.ReadAllText(Path.Combine(_folder, "pictures", "metadata.jsonl"));
        SampleSet other = SampleGenerator.Make(new SampleOptions { Count = 20, Seed = 10, Size = 48, Out = _folder });
        Assert.InRange(other.Drawn, 20, 50);
        Assert.NotEqual(first, File.ReadAllText(Path.Combine(_folder, "pictures", "metadata.jsonl")));
        Assert.Equal(20, Directory.GetFiles(Path.Combine(_folder, "pictures"), "0*").Length);
    }

    [Fact]
    public void AFolderWithOtherFilesIsRefused()
    {
        Directory.CreateDirectory(_folder);
        string mine = Path.Combine(_folder, "holiday.jpg");
        File.WriteAllText(mine, "mine");
        IOException refused = Assert.Throws<IOException>(() => Make(count: 5));
        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
        Assert.Equal([mine], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(0, 480, 0)]
    [InlineData(1_000_001, 480, 0)]
    [InlineData(10, 31, 0)]
    [InlineData(10, 480, -1)]
    public void OptionsOutOfRangeAreRefused(int count, int size, int parallelism) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOptions { Count = count, Size = size, Parallelism = parallelism, Out = _folder });

    private SampleSet Make(int count, int size = 48) =>
        SampleGenerator.Make(new SampleOptions { Count = count, Seed = 9, Size = size, Out = _folder });

    private Dictionary<string, DateTime> Times() =>
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    private static SortedDictionary<string, string> Contents(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))));

    /// <summary>Difference between the brightest and the darkest pixel: a blank picture has none.</summary>
    private static int Spread(RgbPicture picture) => picture.Pixels.Max() - picture.Pixels.Min();

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value) => stop.Cancel();
    }
}
