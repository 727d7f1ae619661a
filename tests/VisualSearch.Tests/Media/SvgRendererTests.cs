using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Drawings of the project itself become pictures; the same drawing from a user does not.</summary>
public sealed class SvgRendererTests
{
    private const string Scene =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'><rect width='100' height='100' fill='#ff0000'/>"
        + "<rect x='150' width='50' height='100' fill='#0000ff'/></svg>";

    [Fact]
    public void A_scene_is_rendered_at_the_wanted_width_on_white()
    {
        RgbPicture picture = SvgRenderer.Render(Scene, 400);
        Assert.Equal((400, 200), (picture.Width, picture.Height));
        Assert.Equal((255, 0, 0), At(picture, 0.25, 0.5));
        Assert.Equal((255, 255, 255), At(picture, 0.6, 0.5));
        Assert.Equal((0, 0, 255), At(picture, 0.9, 0.5));
    }

    [Theory]
    [InlineData("scene.jpg", "jpeg")]
    [InlineData("scene.PNG", "png")]
    [InlineData("scene.webp", "webp")]
    public void The_extension_decides_the_file(string name, string format)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, name);
        SvgRenderer.RenderToFile(Scene, path, 120);
        byte[] first = File.ReadAllBytes(path);
        PictureInfo info = Reader.ReadInfo(PictureSource.FromFile(path));
        Assert.Equal((format, 120, 60), (info.Format, info.Width, info.Height));
        SvgRenderer.RenderToFile(Scene, path, 120);
        Assert.Equal(first, File.ReadAllBytes(path));
    }

    [Fact]
    public void Faults_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => SvgRenderer.RenderToFile(Scene, Path.Combine(folder.Path, "scene.bmp"), 120));
        PictureException fault = Assert.Throws<PictureException>(() => SvgRenderer.Render("<svg", 10));
        Assert.Equal(PictureFault.Corrupt, fault.Fault);
    }

    [Fact]
    public void The_installed_libvips_is_described()
    {
        VipsStatus status = Vips.Status;
        Assert.True(status.Installed);
        Assert.StartsWith("8.", status.Version, StringComparison.Ordinal);
        Assert.Equal(["jpeg", "png", "webp", "gif", "tiff", "heif"], status.Formats);
        Assert.Null(status.Fix);
    }
}
