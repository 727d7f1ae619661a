using VisualSearch.Encoders.Media;
using Xunit.Abstractions;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>The reference path against bytes that Pillow's bicubic resize and centre crop gave.</summary>
public sealed class PictureReferenceTests(ITestOutputHelper output)
{
    [SharedDataFact("preprocess")]
    public void The_reference_path_agrees_with_Pillow()
    {
        string[] references = Directory.GetFiles(SharedData.Path("preprocess")!, "*.rgb224");
        Assert.Equal(12, references.Length);
        foreach (string reference in references.Order())
        {
            (double exact, PictureInfo info) = Difference(reference, ResizeQuality.Reference);
            (double fast, _) = Difference(reference, ResizeQuality.Fast);
            bool enlarged = Math.Min(info.Width, info.Height) < 224;
            output.WriteLine($"{Path.GetFileName(reference)} {info.Width}x{info.Height}: reference {exact:F3}, fast {fast:F3}{(enlarged ? " (enlarged)" : "")}");
            Assert.InRange(exact, 0, 0.5);
            // Fast may also convert a wide or grey profile, which Pillow passes over: up to 4 levels here.
            Assert.InRange(fast, 0, 4.5);
        }
    }

    private static (double Difference, PictureInfo Info) Difference(string reference, ResizeQuality quality)
    {
        string photo = SharedData.Path("photos", Path.GetFileNameWithoutExtension(reference) + ".JPEG")!;
        PictureSource source = PictureSource.FromFile(photo);
        RgbPicture read = Reader.Read(source, new PictureFit(224, ResizeRule.CenterCrop, quality));
        return (MeanDifference(File.ReadAllBytes(reference), read.Pixels), Reader.ReadInfo(source));
    }
}
