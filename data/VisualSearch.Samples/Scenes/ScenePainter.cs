using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Things;

namespace VisualSearch.Samples.Scenes;

/// <summary>From a scene to the text of an SVG file.</summary>
internal static class ScenePainter
{
    /// <summary>The scene as SVG: width and height in pixels for the given size (see <see cref="Frame.Pixels"/>).</summary>
    internal static string Paint(Scene scene, int size)
    {
        double w = scene.Frame.Width, h = scene.Frame.Height;
        var picture = new Sketch(scene.Style);
        Sketch scenery = picture.For(default, SceneRandom.For((long)scene.Jitter, 0, 3), isScenery: true);
        if (scene.Backdrop.Name == "plain")
        {
            Backdrop.DrawPlain(scenery, w, h, scene.BackdropColor);
        }
        else
        {
            scene.Backdrop.Draw(scenery, w, h);
        }

        int number = 0;
        foreach (Placement placement in Layout.Arrange(scene))
        {
            Ink main = placement.Group.Color == "rainbow" ? Ink.White : Palette.Of(placement.Group.Color);
            Sketch sketch = picture.For(main, SceneRandom.For((long)scene.Jitter, ++number, 4), isScenery: false);
            Thing thing = placement.Group.Thing;
            double scaleX = placement.Width / thing.Width, scaleY = placement.Height / thing.Height;
            double mirroredX = placement.Mirrored ? -scaleX : scaleX;
            sketch.Open(placement.X, placement.Y, mirroredX, scaleY, placement.Turn, thing.Width, thing.Height);
            thing.Draw(sketch);
            sketch.Close();
        }

        switch (scene.Falling)
        {
            case "rain":
                Places.Rain(scenery, w, h);
                break;
            case "snow":
                Places.Snow(scenery, w, h);
                break;
        }

        (int pixelWidth, int pixelHeight) = scene.Frame.Pixels(size);
        return picture.Finish(w, h, pixelWidth, pixelHeight);
    }
}
