using VisualSearch.Tests.Media.Video;

namespace VisualSearch.Tests.Indexer;

/// <summary>A film of four takes of two seconds, each of another drawn picture: what is seen when is known.</summary>
internal static class DrawnFilm
{
    public const int Takes = 4;

    public const double TakeSeconds = 2;

    /// <summary>Makes the film; its pictures are those of <see cref="DrawnPictures"/> from <paramref name="seed"/> on.</summary>
    public static string Make(TemporaryFolder folder, string name, int seed)
    {
        string[] stills = [.. Enumerable.Range(0, Takes).Select(i => Still(folder, seed, i))];
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        string[] inputs = [.. stills.SelectMany(still => new[] { "-loop", "1", "-framerate", "12", "-t", $"{TakeSeconds}", "-i", still })];
        string takes = string.Concat(Enumerable.Range(0, Takes).Select(i => $"[{i}:v]scale=192:192,setsar=1[t{i}];"));
        string joined = string.Concat(Enumerable.Range(0, Takes).Select(i => $"[t{i}]"));
        TestVideos.Run([.. inputs, "-filter_complex", $"{takes}{joined}concat=n={Takes}:v=1[film]", "-map", "[film]", .. TestVideos.Coding(name), folder[name]]);
        return folder[name];
    }

    /// <summary>The picture that a take shows.</summary>
    public static string Still(TemporaryFolder folder, int seed, int take) => DrawnPictures.Draw(folder["stills", $"{seed + take}.png"], seed + take);
}
