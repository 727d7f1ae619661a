using VisualSearch.Encoders.Media;
using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Things;

namespace VisualSearch.Samples.Videos;

/// <summary>
/// What a shot is drawn from: the scene without what moves, rendered once and larger than a frame, and each mover cut out. A frame is
/// the camera's window of the scene, sampled, with the movers laid over it.
/// </summary>
internal sealed class ShotPicture
{
    // Blends and the last frames of a zoom reach beyond the shot; the camera goes on for this long on both sides.
    private const int Beyond = 14;

    // Sharp in the closest view without many more pixels than a frame needs in the widest.
    private const double Oversize = 1.3;

    private readonly Shot _shot;
    private readonly int _width, _height;
    private readonly RgbPicture _scene;
    private readonly Cutout[] _movers;
    private readonly bool _quick;

    internal ShotPicture(VideoPlan plan, Shot shot)
    {
        (_shot, _width, _height) = (shot, plan.Width, plan.Height);
        _quick = plan.IsHard && shot.From.Width < 0.65;
        _scene = SvgRenderer.Render(ScenePainter.Paint(shot.Scene, 480), (int)Math.Round(_width * Math.Min(Oversize, 1 / shot.From.Width * Oversize)));
        _movers = [.. shot.Movers.Select((mover, number) => Cutout.Draw(mover, shot.Scene, number, (int)Math.Ceiling(mover.Width * _scene.Width)))];
    }

    /// <summary>Draws a frame, given by its number in the video, into <c>width × height × 3</c> bytes.</summary>
    internal void Draw(int frame, Span<byte> target)
    {
        double share = Math.Clamp((frame - _shot.FirstFrame + Beyond) / (double)(_shot.Frames + (2 * Beyond)), 0, 1);
        // A quick pan: still, over in an eighth of the shot, still.
        View view = View.Between(_shot.From, _shot.To, _quick ? Math.Clamp(((share - 0.5) * 8) + 0.5, 0, 1) : share);
        Sampling.Window(_scene, view, _width, _height, target);
        double time = (frame - _shot.FirstFrame) / (double)_shot.Frames;
        for (int i = 0; i < _movers.Length; i++)
        {
            Mover mover = _shot.Movers[i];
            double way = Math.Clamp((time - mover.Enters) / (mover.Arrives - mover.Enters), 0, 1);
            // A step of a few units up and down, so that what moves doesn't slide.
            double step = 0.006 * Math.Sin(way * 40) * (way < 1 ? 1 : 0);
            double x = mover.FromX + ((mover.ToX - mover.FromX) * way), y = mover.FromY + ((mover.ToY - mover.FromY) * way) + step;
            Sampling.Lay(_movers[i], view, x, y, mover.Width, _width, _height, target);
        }
    }
}

/// <summary>A thing alone: premultiplied red, green, blue and alpha of each pixel.</summary>
internal sealed record Cutout(int Width, int Height, byte[] Pixels)
{
    /// <summary>Rendered over black and over white: the difference is what shines through.</summary>
    internal static Cutout Draw(Mover mover, Scene scene, int number, int width)
    {
        const double margin = 4;
        Thing thing = mover.Group.Thing;
        var picture = new Sketch(scene.Style);
        Sketch sketch = picture.For(Palette.Of(mover.Group.Color), SceneRandom.For((long)scene.Jitter, number, 24), isScenery: false);
        sketch.Open(margin, margin, mover.Mirrored ? -1 : 1, 1, 0, thing.Width, thing.Height);
        thing.Draw(sketch);
        sketch.Close();
        double w = thing.Width + (2 * margin), h = thing.Height + (2 * margin);
        string svg = picture.Finish(w, h, (int)Math.Round(w), (int)Math.Round(h));
        RgbPicture dark = Over(svg, "#000", width), light = Over(svg, "#fff", width);
        var pixels = new byte[dark.Width * dark.Height * 4];
        for (int i = 0; i < dark.Width * dark.Height; i++)
        {
            int through = 0;
            for (int channel = 0; channel < 3; channel++)
            {
                pixels[(i * 4) + channel] = dark.Pixels[(i * 3) + channel];
                through = Math.Max(through, light.Pixels[(i * 3) + channel] - dark.Pixels[(i * 3) + channel]);
            }

            pixels[(i * 4) + 3] = (byte)(255 - through);
        }

        return new Cutout(dark.Width, dark.Height, pixels);
    }

    private static RgbPicture Over(string svg, string color, int width) =>
        SvgRenderer.Render(svg.Replace("</defs>", $"</defs><rect width=\"100%\" height=\"100%\" fill=\"{color}\"/>", StringComparison.Ordinal), Math.Max(8, width));
}
