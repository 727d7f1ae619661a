using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Queries;

/// <summary>A kind of thing that a query asks for; colour and number only where the query tells them.</summary>
internal sealed record Ask(string Kind, string? Color = null, int? Count = null)
{
    internal ThingGroup? FindIn(Scene scene) =>
        scene.Groups.FirstOrDefault(group => group.Thing.Name == Kind) ?? scene.Groups.FirstOrDefault(group => group.Thing.Is(Kind));
}

/// <summary>
/// What a query asks for, and the one rule by which all pictures are judged. With things asked for:
/// <list type="bullet">
/// <item>3: every thing is in the picture, and all that the query says of them and of the picture holds;</item>
/// <item>2: every thing is there, and exactly one statement (a colour, a number, the relation, background, style, weather) fails;</item>
/// <item>1: the first thing is there, but another is missing or more statements fail;</item>
/// <item>0: the first thing is not there.</item>
/// </list>
/// Without things ("rain in the city"): 3 if every statement holds, 1 if all but one of several hold, else 0.
/// "a boat" does not mean exactly one; "two boats" means exactly two.
/// </summary>
internal sealed record Intent(IReadOnlyList<Ask> Things)
{
    internal Relation Relation { get; init; }

    internal string? Background { get; init; }

    internal string? Style { get; init; }

    internal string? Falling { get; init; }

    internal int Grade(Scene scene)
    {
        int stated = 0, failed = 0;
        foreach (Ask ask in Things)
        {
            ThingGroup? group = ask.FindIn(scene);
            if (group is null)
            {
                return ask == Things[0] ? 0 : 1;
            }

            State(ask.Color is not null, ask.Color == group.Color);
            State(ask.Count is not null, ask.Count == group.Count);
        }

        State(Relation != Relation.None, Relation != Relation.None && RelationHolds(scene));
        State(Background is not null, Background == scene.Backdrop.Name);
        State(Style is not null, Style == scene.Style.Name);
        State(Falling is not null, Falling == scene.Falling);
        return (Things.Count > 0, failed) switch
        {
            (_, 0) => 3,
            (true, 1) => 2,
            (true, _) => 1,
            (false, 1) when stated > 1 => 1,
            _ => 0,
        };

        void State(bool isStated, bool holds)
        {
            stated += isStated ? 1 : 0;
            failed += isStated && !holds ? 1 : 0;
        }
    }

    /// <summary>Whether the first thing stands to the second as asked, told from either side: A left of B is B right of A.</summary>
    private bool RelationHolds(Scene scene)
    {
        ThingGroup[] subjects = [.. scene.Subjects];
        if (subjects.Length != 2)
        {
            return false;
        }

        bool straight = subjects[0] == Things[0].FindIn(scene) && subjects[1] == Things[1].FindIn(scene);
        bool swapped = subjects[1] == Things[0].FindIn(scene) && subjects[0] == Things[1].FindIn(scene);
        return (straight && scene.Relation == Relation) || (swapped && scene.Relation == Opposite(Relation));
    }

    private static Relation Opposite(Relation relation) => relation switch
    {
        Relation.LeftOf => Relation.RightOf,
        Relation.RightOf => Relation.LeftOf,
        Relation.Above => Relation.Below,
        Relation.Below => Relation.Above,
        _ => Relation.None,
    };
}
