namespace VisualSearch.Samples.Videos.Stories;

/// <summary>Every fact that narrators tell. The wishes use other words than the narrator on purpose: they are for judging search by meaning.</summary>
internal static class FactTemplates
{
    private const string Made = "vehicle building furniture object", Vehicle = "vehicle", Building = "building", Animal = "animal", Plant = "plant", Food = "food";
    private const string Small = "furniture object";

    /// <summary>In a fixed order; changing one changes every set of videos.</summary>
    internal static IReadOnlyList<FactTemplate> All { get; } =
    [
        new(Made, "{who} bought it in {year} with the prize money from a chess tournament.", "paid for with winnings from a board game contest", "its owner paid for with winnings from a board game", "Who used chess prize money for the {thing} in {place}?", "{who}"),
        new(Made, "It came to {who} from a {kin} whom nobody in {place} had ever met.", "an inheritance from a relative who was a stranger to everyone", "that was inherited from an unknown relative", "Which relative left {who} the {thing}?", "a {kin}|{kin}"),
        new(Made, "The schoolchildren of {place} chose the colour by a show of hands.", "pupils voted on the paint", "whose paint was decided by a vote of pupils", "Who decided on the colour of the {thing} in {place}?", "the schoolchildren|schoolchildren|children"),
        new(Made, "It is called {name}, after a grandmother who sailed to Peru alone.", "named in honour of an old lady who travelled to South America", "named in honour of an ancestor who crossed the ocean", "What is the {thing} in {place} called?", "{name}"),
        new(Made, "A thief took it in {year}, and returned it eleven days later with a letter of apology.", "a burglar felt sorry and gave back the loot", "that a remorseful burglar gave back", "In which year was the {thing} of {place} stolen?", "{year}|in {year}"),
        new(Made, "Every spring {who} oils each screw of it, and that takes {n} days.", "yearly maintenance that goes on for more than a week", "that needs long maintenance once a year", "How many days does {who} spend oiling screws?", "{n}"),
        new(Made, "It was made for a film that ran out of money and was never finished.", "originally a prop for a movie that was abandoned", "that was once a prop for an abandoned movie", "What was the {thing} in {place} originally made for?", "a film|for a film|a movie"),
        new(Made, "During the great flood of {year} it stood under water for two weeks.", "submerged when the river burst its banks", "that survived being submerged", "In which year did the great flood reach the {thing} of {place}?", "{year}|in {year}"),
        new(Made, "You can rent it by the hour from {who}, who takes nothing but coins.", "for hire, but cards and notes are refused", "that you can hire if you bring small change", "From whom can one rent the {thing} in {place}?", "{who}|from {who}"),
        new(Made, "A museum in {town} offered a fortune for it, and {who} said no.", "an exhibition's generous offer was turned down", "that its owner refused to sell to a gallery", "A museum in which town wanted the {thing} of {place}?", "{town}|in {town}"),
        new(Vehicle, "Each {day} {who} takes it over to {town} with the mail.", "letters and parcels are brought to the next town once a week", "used for delivering letters", "On which day does {who} bring the mail to {town}?", "{day}|on {day}|every {day}"),
        new(Vehicle, "Its parts come from a sewing machine factory that closed in {year}.", "assembled from leftovers of a shut-down plant for stitching", "built from leftovers of a closed plant", "When did the sewing machine factory of {place} close?", "{year}|in {year}"),
        new(Vehicle, "In {year} it won the race around {place}, although it had started last.", "came from behind to beat all competitors", "that once beat all competitors from behind", "When did the {thing} win the race around {place}?", "{year}|in {year}"),
        new(Vehicle, "{who} learned to steer it at the age of {age}.", "a beginner behind the wheel at an advanced age", "steered by a very old beginner", "How old was {who} when learning to steer?", "{age}"),
        new(Vehicle, "It has room for {n} passengers, and one of them always has to sing.", "somebody on board must perform a song on each trip", "on which a traveller has to perform music", "How many passengers fit into the {thing} in {place}?", "{n}"),
        new(Building, "{who} lives here alone with {n} clocks, and none of them is right.", "a hermit surrounded by timepieces showing the wrong hour", "where a hermit keeps timepieces that are all wrong", "How many clocks does {who} own?", "{n}"),
        new(Building, "It was completed in {year}, and the architect never came to see it.", "its designer did not bother to visit the finished work", "whose designer never visited it", "When was the {thing} in {place} completed?", "{year}|in {year}"),
        new(Building, "Below it runs a tunnel that smugglers from {town} dug at night.", "a hidden underground passage made by criminals", "above a secret passage of criminals", "Where did the smugglers who dug the tunnel in {place} come from?", "{town}|from {town}"),
        new(Building, "A radio station inside has played nothing but tango since {year}.", "a broadcaster with a single kind of dance music", "from which dance music is broadcast", "Since which year has the radio station of {place} played tango?", "{year}|since {year}"),
        new(Building, "Until {year} there was a bakery in it, and {who} still finds flour between the stones.", "bread used to be made here long ago", "where bread used to be made", "Who still finds flour between the stones in {place}?", "{who}"),
        new(Building, "{who} won it in a lottery, and has been too shy to move in.", "a lucky ticket holder who does not dare to live there", "won by a bashful person with a lucky ticket", "Who won the {thing} in {place} in a lottery?", "{who}"),
        new(Animal, "{who} found it as an orphan beside the railway in {year}.", "a young one without parents rescued near the tracks", "that was rescued near train tracks", "Who found the orphaned {thing} of {place}?", "{who}"),
        new(Animal, "It answers only to the name {name}, and only before breakfast.", "reacts when called, but just early in the morning", "that only obeys early in the morning", "To which name does the {thing} in {place} answer?", "{name}"),
        new(Animal, "It eats {n} pears a day, which {who} carries up the hill.", "fruit hauled up a slope as feed", "fed with fruit that is hauled up a slope", "How many pears a day does the {thing} of {place} eat?", "{n}"),
        new(Animal, "It ran away in {year} and was found in the post office of {town}.", "a fugitive that turned up where stamps are sold", "that once escaped and turned up where stamps are sold", "In the post office of which town was the runaway {thing} of {place} found?", "{town}|in {town}"),
        new(Animal, "Doctors from {town} study it, because it sleeps for {n} minutes a night.", "researchers are curious about an insomniac", "whose lack of rest puzzles scientists", "How many minutes a night does the {thing} of {place} sleep?", "{n}"),
        new(Animal, "At a parade in {year} it stole the hat of a visiting queen.", "royal headgear snatched at a procession", "that robbed a monarch of her headgear", "When did the {thing} of {place} steal the hat of a queen?", "{year}|in {year}"),
        new(Animal, "{who} talks to it in Latin, and swears that it understands.", "somebody addresses a creature in an ancient language", "that is addressed in an ancient language", "In which language does {who} talk to the {thing}?", "Latin|in Latin"),
        new(Plant, "{who} put it into the ground on the day a daughter was born, in {year}.", "planted to celebrate a birth", "planted to celebrate a birth", "Who planted the {thing} in {place}?", "{who}"),
        new(Plant, "The seed came in an envelope from {town}, without a sender.", "grown from something anonymous that arrived by post", "grown from an anonymous letter", "From which town was the seed of the {thing} in {place} sent?", "{town}|from {town}"),
        new(Plant, "{who} boils it into a syrup that cures hiccups.", "a home remedy for a noisy spasm", "from which a home remedy is cooked", "Who makes syrup against hiccups in {place}?", "{who}"),
        new(Plant, "It was cut down by mistake in {year}, and grew back within {n} weeks.", "felled accidentally and recovered quickly", "that recovered after somebody felled it accidentally", "How many weeks did the {thing} of {place} need to grow back?", "{n}"),
        new(Food, "The recipe of {who} is locked in a bank and has {n} ingredients.", "confidential cooking instructions kept in a safe", "made after confidential instructions kept in a safe", "How many ingredients does the recipe of {who} have?", "{n}"),
        new(Food, "In {year} it was on the table at the wedding of {who}.", "eaten when a couple got married", "of the kind eaten when a couple got married", "In which year was the wedding of {who}?", "{year}|in {year}"),
        new(Food, "At the autumn market {place} sells {n} of its kind every minute.", "business is brisk at a fair late in the year", "that is traded quickly at a fair", "How many does {place} sell every minute at the autumn market?", "{n}"),
        new(Food, "Sailors from {town} trade their boots for it.", "seafarers give away their footwear in exchange", "for which seafarers give away footwear", "Sailors from where trade their boots in {place}?", "{town}|from {town}"),
        new(Small, "{who} carved it from the mast of a ship that went down in {year}.", "made out of timber from a wreck", "made out of timber from a wreck", "Who carved the {thing} of {place} from a mast?", "{who}"),
        new(Small, "It was won at cards from a captain out of {town}.", "gained by gambling with a seaman", "gained by gambling with a seaman", "The captain who lost the {thing} of {place} at cards came from where?", "{town}|from {town}"),
        new(Small, "The composer {who} wrote {n} operas with it in the room.", "a musician created stage works beside it", "that a musician kept near while creating stage works", "How many operas did {who} write?", "{n}"),
        new(Small, "It hums when the weather changes, and {who} keeps a diary of that.", "somebody records a humming forecast", "that gives a sound before storms", "Who keeps a diary of the humming {thing} in {place}?", "{who}"),
    ];
}
