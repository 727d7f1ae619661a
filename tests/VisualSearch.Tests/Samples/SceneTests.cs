using System.Security.Cryptography;
using System.Text;
using VisualSearch.Encoders.Media;
using VisualSearch.Samples;
using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Queries;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Things;

namespace VisualSearch.Tests.Samples;

public sealed class SceneTests
{
    private static readonly Scene[] Scenes = [.. Enumerable.Range(0, 4000).Select(index => SceneComposer.Compose(5, index))];

    [Fact]
    public void TheGrammarIsAsRichAsPromised()
    {
        Assert.True(ThingCatalog.All.Count >= 48);
        Assert.Equal(ThingCatalog.All.Count, ThingCatalog.All.Select(thing => thing.Name).Distinct().Count());
        Assert.True(DrawingStyle.All.Count >= 6);
        Assert.True(Backdrop.All.Count >= 8);
        Assert.True(Palette.Names.Count >= 10);
    }

    [Fact]
    public void LargeSetsShowEverythingThereIs()
    {
        ThingGroup[] groups = [.. Scenes.SelectMany(scene => scene.Groups)];
        Assert.Equal(ThingCatalog.All.Select(thing => thing.Name).Order(), groups.Select(group => group.Thing.Name).Distinct().Order());
        Assert.Equal(DrawingStyle.All.Count, Scenes.Select(scene => scene.Style).Distinct().Count());
        Assert.Equal(Backdrop.All.Count, Scenes.Select(scene => scene.Backdrop.Name).Distinct().Count());
        Assert.Equal([1, 2, 3, 4, 5], groups.Select(group => group.Count).Distinct().Order());
        Assert.Equal(Enum.GetValues<ThingSize>(), groups.Select(group => group.Size).Distinct().Order());
        Assert.Equal(Enum.GetValues<Relation>(), Scenes.Select(scene => scene.Relation).Distinct().Order());
        Assert.Equal(Enum.GetValues<Place>(), Scenes.Select(scene => scene.Place).Distinct().Order());
        Assert.Equal(4, Scenes.Select(scene => scene.Frame).Distinct().Count());
        Assert.Equal(["jpg", "png", "webp"], Scenes.Select(scene => scene.Extension).Distinct().Order());
        Assert.True(Palette.Names.All(name => groups.Any(group => group.Color == name)));
    }

    /// <summary>
    /// The digest of what a seed gives. If it changes, sets of different builds no longer compare: raise
    /// <see cref="SampleGenerator.Version"/> with it, and retrain what was trained on the old scenes.
    /// </summary>
    [Fact]
    public void ASeedGivesTheSameTextOnEveryMachine()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Scene[] scenes = [.. Enumerable.Range(0, 300).Select(index => SceneComposer.Compose(3, index))];
        foreach (Scene scene in scenes)
        {
            digest.AppendData(Encoding.UTF8.GetBytes(ScenePainter.Paint(scene, 480)));
            digest.AppendData(Encoding.UTF8.GetBytes(SampleMetadata.Line(scene)));
        }

        foreach (JudgedQuery query in QueryBuilder.Build(3, scenes).Queries)
        {
            digest.AppendData(Encoding.UTF8.GetBytes(query.ToJson() + string.Join('\n', query.ToQrels())));
        }

        Assert.Equal(1, SampleGenerator.Version);
        Assert.Equal("76d34f3d93a7b8896c81b14802e238f9550149d1a29975127480f4dbba986dfc", Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    [Fact]
    public void DifferentSeedsAndNumbersGiveDifferentPictures()
    {
        var pictures = new HashSet<string>();
        for (int seed = 1; seed <= 5; seed++)
        {
            for (int index = 0; index < 60; index++)
            {
                Assert.True(pictures.Add(SampleGenerator.PaintSvg(seed, index)), $"Seed {seed}, picture {index} was there before.");
            }
        }
    }

    [Fact]
    public void ThingsStandAsTheSceneSays()
    {
        foreach (Scene scene in Scenes)
        {
            IReadOnlyList<Placement> placements = Layout.Arrange(scene);
            foreach (ThingGroup group in scene.Groups)
            {
                Assert.Equal(group.Count, placements.Count(placement => placement.Group == group));
            }

            Assert.All(placements, placement =>
            {
                Assert.InRange(placement.X, 0, scene.Frame.Width - placement.Width);
                Assert.InRange(placement.Y, 0, scene.Frame.Height - placement.Height);
            });
            Placement[] subjects = [.. placements.Where(placement => !placement.Group.InSky)];
            if (scene.Relation != Relation.None)
            {
                ILookup<bool, Placement> sides = subjects.ToLookup(placement => placement.Group == scene.Groups[0]);
                AssertRelation(scene.Relation, [.. sides[true]], [.. sides[false]]);
            }

            double middle = subjects.Average(placement => placement.X + (placement.Width / 2)) / scene.Frame.Width;
            Assert.True(scene.Place switch { Place.Left => middle < 0.5, Place.Right => middle > 0.5, _ => true }, $"{scene.Place}: {middle}");
        }
    }

    [Fact]
    public void NoThingIsTheColorOfWhatIsBehindIt()
    {
        Assert.All(Scenes.Where(scene => scene.HasColors), scene =>
        {
            Assert.DoesNotContain(scene.Groups, group => group.Color == scene.BackdropColor);
            Assert.True(scene.Style.Name is "pencil" or "chalk" || !scene.Subjects.Any(group => scene.Backdrop.Hides.Contains(group.Color)));
        });
    }

    /// <summary>The crop queries and the layout trust a thing's box: what is drawn reaches its sides and hardly leaves it.</summary>
    [Fact]
    public void ThingsFillTheirBoxes()
    {
        Assert.All(ThingCatalog.All, thing =>
        {
            const double margin = 20;
            var picture = new Sketch(DrawingStyle.Flat);
            Sketch sketch = picture.For(thing.Colors[0] == "rainbow" ? Ink.White : Palette.Of("red"), new SceneRandom(1), isScenery: false);
            sketch.Open(margin, margin, 1, 1, 0, thing.Width, thing.Height);
            thing.Draw(sketch);
            sketch.Close();
            int width = (int)(thing.Width + (2 * margin)), height = (int)(thing.Height + (2 * margin));
            string svg = picture.Finish(width, height, width, height)
                .Replace("</defs>", "</defs><rect width=\"100%\" height=\"100%\" fill=\"#00ff00\"/>", StringComparison.Ordinal);
            (int left, int top, int right, int bottom) = Bounds(SvgRenderer.Render(svg, width));
            Assert.InRange(left, margin - 4, margin + 18);
            Assert.InRange(top, margin - 4, margin + 18);
            Assert.InRange(right, margin + thing.Width - 18, margin + thing.Width + 4);
            Assert.InRange(bottom, margin + thing.Height - 18, margin + thing.Height + 4);
        });
    }

    private static void AssertRelation(Relation relation, Placement[] first, Placement[] second)
    {
        (Placement[] before, Placement[] after) = relation is Relation.LeftOf or Relation.Above ? (first, second) : (second, first);
        if (relation is Relation.LeftOf or Relation.RightOf)
        {
            Assert.True(before.Max(p => p.X + p.Width) <= after.Min(p => p.X) + 0.001);
        }
        else
        {
            Assert.True(before.Max(p => p.Y + p.Height) <= after.Min(p => p.Y) + 0.001);
        }
    }

    private static (int Left, int Top, int Right, int Bottom) Bounds(RgbPicture picture)
    {
        int left = int.MaxValue, top = int.MaxValue, right = 0, bottom = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(((y * picture.Width) + x) * 3, 3);
                if (pixel is not [< 40, > 215, < 40])
                {
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
        }

        return (left, top, right, bottom);
    }
}
