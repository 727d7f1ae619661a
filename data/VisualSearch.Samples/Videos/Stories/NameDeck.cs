using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Videos.Stories;

/// <summary>Invented names, dealt without repetition for as long as there are enough (960 persons, 288 places).</summary>
internal sealed class NameDeck
{
    private static readonly string[] First =
    [
        "Ida", "Tobias", "Marit", "Anselm", "Rosa", "Henrik", "Livia", "Otto", "Petra", "Casimir", "Greta", "Milo", "Wanda", "Emil", "Nora", "Balthasar",
        "Selma", "Jonas", "Thea", "Viktor", "Astrid", "Leopold", "Hedda", "Oskar", "Miriam", "Konrad", "Agnes", "Florian", "Ottilie", "Rasmus",
    ];

    private static readonly string[] Last =
    [
        "Lund", "Okonjo", "Brandt", "Varga", "Holm", "Castellan", "Pirelli", "Nakamura", "Sørby", "Whitlock", "Farkas", "Dahlberg", "Moreau", "Achterberg",
        "Quist", "Romano", "Tanaka", "Velez", "Ibsen", "Kowalska", "Haddad", "Lindgren", "Marchetti", "Osei", "Petrov", "Ravn", "Solano", "Thorne",
        "Ulrich", "Winterbourne", "Yilmaz", "Zeller",
    ];

    private static readonly string[] Beginnings =
    [
        "Elm", "Tove", "Karls", "Grim", "Silver", "Lang", "Otter", "Brack", "Hollow", "Quill", "Raven", "Amber", "Stork", "Thistle", "Ulver", "Whit",
        "Yarrow", "Juniper", "Corn", "Drift", "Fennel", "Marsh", "Nettle", "Pebble",
    ];

    private static readonly string[] Endings = ["sund", "moor", "by", "haven", "ford", "wick", "holm", "stead", "mouth", "dale", "vik", "ness"];

    private static readonly string[] Pets =
    [
        "Marigold", "Bartholomew", "Pumpernickel", "Duchess", "Captain Fig", "Lullaby", "Old Thunder", "Clementine", "Mister Plum", "Saffron", "Hurricane", "Biscuit",
        "Esmeralda", "Little Moon", "Professor", "Jukebox", "Paprika", "Winnifred", "Domino", "Sir Walnut", "Tulip", "Zebedee", "Cinnamon", "Ferdinand",
    ];

    private readonly string[] _persons, _places, _pets;
    private int _person, _place, _pet;

    internal NameDeck(SceneRandom random)
    {
        _persons = [.. First.SelectMany(first => Last.Select(last => $"{first} {last}"))];
        _places = [.. Beginnings.SelectMany(beginning => Endings.Select(ending => beginning + ending))];
        _pets = [.. Pets];
        random.Shuffle(_persons);
        random.Shuffle(_places);
        random.Shuffle(_pets);
    }

    internal string Person() => _persons[_person++ % _persons.Length];

    /// <summary>A place for a video to play in; from the front, so that <see cref="Town"/> takes no name of these.</summary>
    internal string Place() => _places[_place++ % _places.Length];

    internal string PetName() => _pets[_pet++ % _pets.Length];

    /// <summary>A town that is only spoken of: from the last third of the places.</summary>
    internal string Town(SceneRandom random, string notThis)
    {
        string town = _places[(_places.Length * 2 / 3) + random.Below(_places.Length / 3)];
        return town == notThis ? _places[^1] : town;
    }

    /// <summary>Town names in no video's story, for questions about places that don't exist.</summary>
    internal string Unknown(int number) => _places[(_places.Length * 2 / 3) - 1 - (number % 20)];
}
