using System.Globalization;
using System.Text;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Videos.Stories;

/// <summary>
/// Something that a narrator can tell about a thing and no picture shows. Texts have places to fill: {who} {year} {n} {age} {day}
/// {kin} {name} {town} (another town), {place} (where the video plays) and {thing}.
/// </summary>
/// <param name="Groups">Groups of things that it can be told about, separated by blanks.</param>
/// <param name="Says">What the narrator says; the thing is "it".</param>
/// <param name="Wish">How somebody looks for the moment in own words, without naming the thing.</param>
/// <param name="Gist">The same as a clause about a thing that is named before it: "a red boat …".</param>
/// <param name="Question">A question that it answers.</param>
/// <param name="Answer">The answer, and further accepted forms, separated by bars.</param>
internal sealed record FactTemplate(string Groups, string Says, string Wish, string Gist, string Question, string Answer);

/// <summary>A told fact: a template with its places filled.</summary>
internal sealed record Fact(FactTemplate Template, IReadOnlyDictionary<string, string> Values)
{
    internal string Says => Fill(Template.Says);

    internal string Wish => Fill(Template.Wish);

    internal string Gist => Fill(Template.Gist);

    internal string Question => Fill(Template.Question);

    /// <summary>The answer first, then what is accepted as well.</summary>
    internal IReadOnlyList<string> Answers => Fill(Template.Answer).Split('|');

    internal static Fact Draw(FactTemplate template, string place, string thing, NameDeck names, SceneRandom random)
    {
        string town = names.Town(random, place);
        return new Fact(template, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["who"] = names.Person(),
            ["year"] = random.Next(1921, 1999).ToString(CultureInfo.InvariantCulture),
            ["n"] = NumberWords.Of(random.Next(6, 40)),
            ["age"] = random.Next(71, 90).ToString(CultureInfo.InvariantCulture),
            ["day"] = random.Pick(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]),
            ["kin"] = random.Pick(["great-aunt", "uncle", "cousin", "stepbrother", "godmother"]),
            ["name"] = names.PetName(),
            ["town"] = town,
            ["place"] = place,
            ["thing"] = thing,
        });
    }

    private string Fill(string text)
    {
        var filled = new StringBuilder(text.Length + 40);
        for (int at = 0; at < text.Length;)
        {
            int close = text[at] == '{' ? text.IndexOf('}', at) : -1;
            filled.Append(close < 0 ? text[at].ToString() : Values[text[(at + 1)..close]]);
            at = close < 0 ? at + 1 : close + 1;
        }

        return filled.ToString();
    }
}

/// <summary>Numbers as a narrator says them.</summary>
internal static class NumberWords
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty"];

    internal static string Of(int number) => number < 20 ? Small[number] : number % 10 == 0 ? Tens[number / 10] : $"{Tens[number / 10]}-{Small[number % 10]}";

    /// <summary>The digits of a number that <see cref="Of"/> wrote, or null.</summary>
    internal static string? Digits(string words)
    {
        for (int number = 0; number < 50; number++)
        {
            if (Of(number) == words) return number.ToString(CultureInfo.InvariantCulture);
        }

        return null;
    }
}
