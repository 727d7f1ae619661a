using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>Borders of drawn videos, whose true borders the script knows.</summary>
public sealed class ShotDetectorTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public void Cuts_and_gradual_transitions_are_found_within_a_quarter_of_a_second()
    {
        var cuts = new BorderScore();
        var fades = new BorderScore();
        for (int seed = 0; seed < 12; seed++)
        {
            var video = ScriptedVideo.Random(seed, scenes: 11);
            List<ShotBoundary> found = Detect(video);
            double[] borders = [.. found.Select(border => border.Seconds)];
            double[] hard = [.. video.Borders.Where(border => border.How == Entrance.Cut).Select(border => border.Seconds)];
            double[] soft = [.. video.Borders.Where(border => border.How != Entrance.Cut).Select(border => border.Seconds)];
            cuts.Count(hard, soft, borders);
            fades.Count(soft, hard, borders);
            output.WriteLine($"{seed}: true {string.Join(' ', video.Borders.Select(b => $"{b.Seconds:0.00}{b.How.ToString()[0]}"))}");
            output.WriteLine($"   found {string.Join(' ', found.Select(b => $"{b.Seconds:0.00}{b.Kind.ToString()[0]}"))}");
        }

        output.WriteLine($"cuts: {cuts}");
        output.WriteLine($"fades: {fades}");
        Assert.True(cuts.F1 >= 0.95, $"cuts: {cuts}");
        Assert.True(fades.F1 >= 0.85, $"fades: {fades}");
    }

    [Fact]
    public void Flashes_and_fast_pans_are_no_borders()
    {
        double minutes = 0;
        int found = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var video = new ScriptedVideo(160, 90).Add(new DrawnScene(100 + seed, speed: seed * 0.5), 30);
            for (double at = 1; at < 29; at += 1 + 4 * random.NextDouble())
                video.Flash(at, 0.04 + 0.2 * random.NextDouble());
            List<ShotBoundary> borders = Detect(video);
            output.WriteLine($"speed {seed * 0.5}: {string.Join(' ', borders.Select(b => $"{b.Seconds:0.00}{b.Kind.ToString()[0]}"))}");
            found += borders.Count;
            minutes += 0.5;
        }

        Assert.True(found <= minutes, $"{found} false borders in {minutes} minutes.");
    }

    internal static List<ShotBoundary> Detect(ScriptedVideo video, double rate = 8, double minShot = 0.6)
    {
        var detector = new ShotDetector(minShot);
        var found = new List<ShotBoundary>();
        byte[] pixels = new byte[video.Width * video.Height * 3];
        for (int i = 0; i < video.Seconds * rate; i++)
        {
            video.Draw(pixels, i / rate);
            var look = new FrameLook();
            look.Take(new VideoFrame(i / rate, video.Width, video.Height, pixels));
            double settled = detector.SettledSeconds;
            detector.Add(look);
            while (detector.TryTake(out ShotBoundary border))
            {
                Assert.True(border.Seconds >= settled, $"A border at {border.Seconds} came after {settled} was said to be settled.");
                found.Add(border);
            }
        }

        detector.Complete();
        while (detector.TryTake(out ShotBoundary border))
            found.Add(border);
        return found;
    }
}
