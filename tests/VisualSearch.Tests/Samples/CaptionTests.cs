using System.Text.RegularExpressions;
using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Things;

namespace VisualSearch.Tests.Samples;

/// <summary>Reads captions back with a grammar of its own and compares with the scene.</summary>
public sealed class CaptionTests
{
    private static readonly Scene[] Scenes = [.. Enumerable.Range(0, 3000).Select(index => SceneComposer.Compose(8, index))];
    private static readonly string Nouns = string.Join('|', ThingCatalog.All
        .SelectMany(thing => new[] { thing.Noun(1), thing.Plural }).OrderByDescending(noun => noun.Length));

    private static readonly Regex Phrases = new(
        @"\b(?<count>a|an|two|three|four|five) (?:(?<size>big|small) )?"
        + $@"(?:(?<color>{string.Join('|', Palette.Names)}) )?(?<noun>{Nouns})\b(?! colors)");

    private static readonly string[] Counts = ["", "", "two", "three", "four", "five"];

    [Fact]
    public void EveryPhraseOfACaptionIsTrue()
    {
        Assert.All(Scenes, scene =>
        {
            string caption = Caption.Short(scene);
            MatchCollection phrases = Phrases.Matches(caption);
            Assert.True(phrases.Count >= scene.Subjects.Count(), caption);
            foreach (Match phrase in phrases)
            {
                ThingGroup? group = Told(phrase, scene);
                Assert.True(group is not null, $"\"{caption}\" tells of \"{phrase.Value}\"");
                string color = phrase.Groups["color"].Value, size = phrase.Groups["size"].Value;
                Assert.True(color == (scene.HasColors && group.Color != "rainbow" ? group.Color : ""), caption);
                Assert.True(size.Length == 0 || string.Equals(size, group.Size.ToString(), StringComparison.OrdinalIgnoreCase), caption);
            }

            Assert.DoesNotContain(Backdrop.All, backdrop => backdrop != scene.Backdrop && caption.Contains(backdrop.Phrase, StringComparison.Ordinal));
            Assert.DoesNotContain(DrawingStyle.All, style => style != scene.Style && caption.EndsWith(", " + style.Phrase, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void TheFullSentenceLeavesNothingOut()
    {
        Assert.All(Scenes, scene =>
        {
            string sentence = Caption.Full(scene);
            Assert.Equal(scene.Groups.Count, Phrases.Count(char.ToLowerInvariant(sentence[0]) + sentence[1..]));
            string background = scene.BackdropColor is { } color ? $"plain {color} background" : scene.Backdrop.Phrase;
            Assert.Contains(background, sentence, StringComparison.Ordinal);
            Assert.EndsWith(scene.Style.Phrase + ".", sentence, StringComparison.Ordinal);
            Assert.Equal(scene.Falling == "rain", sentence.Contains(" in the rain", StringComparison.Ordinal));
            Assert.Equal(scene.Falling == "snow", sentence.Contains(" in falling snow", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("apple", "red", 1, "a red apple")]
    [InlineData("apple", "orange", 1, "an orange apple")]
    [InlineData("butterfly", "blue", 3, "three blue butterflies")]
    [InlineData("grapes", "purple", 1, "a purple bunch of grapes")]
    [InlineData("fish", "green", 2, "two green fish")]
    [InlineData("rainbow", "rainbow", 1, "a rainbow")]
    public void PhrasesAreEnglish(string kind, string color, int count, string expected)
    {
        var group = new ThingGroup(ThingCatalog.Of(kind), color, count, ThingSize.Medium, InSky: false);
        Assert.Equal(expected, Caption.Phrase(group, withColor: true, withSize: true));
    }

    private static ThingGroup? Told(Match phrase, Scene scene) => scene.Groups.FirstOrDefault(group =>
        (group.Thing.Noun(group.Count) == phrase.Groups["noun"].Value)
        && (group.Count == 1 ? phrase.Groups["count"].Value is "a" or "an" : phrase.Groups["count"].Value == Counts[group.Count]));
}
