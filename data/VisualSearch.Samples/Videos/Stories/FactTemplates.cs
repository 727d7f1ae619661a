namespace VisualSearch.Samples.Videos.Stories;

/// <summary>Every fact that narrators tell. The wishes are worded as somebody remembers a thing, with a word or two of the narrator's and others of their own.</summary>
internal static class FactTemplates
{
    private const string Made = "vehicle building furniture object", Vehicle = "vehicle", Building = "building", Animal = "animal", Plant = "plant", Food = "food";
    private const string Small = "furniture object";

    /// <summary>In a fixed order; changing one changes every set of videos.</summary>
    internal static IReadOnlyList<FactTemplate> All { get; } =
    [
        new(Made, "{who} bought it in {year} with the prize money from a chess tournament.", "won a chess contest and bought something with the money", "bought by the winner of a chess contest", "Who used chess prize money for the {thing} in {place}?", "{who}"),
        new(Made, "It came to {who} from a {kin} whom nobody in {place} had ever met.", "inherited from a relative whom nobody had met", "inherited from a relative nobody had met", "Which relative left {who} the {thing}?", "a {kin}|{kin}"),
        new(Made, "The schoolchildren of {place} chose the colour by a show of hands.", "pupils of the school voted on the colour", "whose colour was decided by pupils of the school", "Who decided on the colour of the {thing} in {place}?", "the schoolchildren|schoolchildren|children"),
        new(Made, "It is called {name}, after a grandmother who sailed to Peru alone.", "named after a grandmother who travelled to South America", "named after somebody's grandmother", "What is the {thing} in {place} called?", "{name}"),
        new(Made, "A thief took it in {year}, and returned it eleven days later with a letter of apology.", "a burglar felt sorry, apologised and gave back the loot", "that a thief gave back with an apology", "In which year was the {thing} of {place} stolen?", "{year}|in {year}"),
        new(Made, "Every spring {who} oils each screw of it, and that takes {n} days.", "maintenance every spring, oiling all the screws", "whose screws are oiled every year", "How many days does {who} spend oiling screws?", "{n}"),
        new(Made, "It was made for a film that ran out of money and was never finished.", "originally a prop for a movie that was never completed", "made for a movie that was never completed", "What was the {thing} in {place} originally made for?", "a film|for a film|a movie"),
        new(Made, "During the great flood of {year} it stood under water for two weeks.", "submerged when the river burst its banks", "that was under water in the flood", "In which year did the great flood reach the {thing} of {place}?", "{year}|in {year}"),
        new(Made, "You can rent it by the hour from {who}, who takes nothing but coins.", "for hire, but bring coins because cards are refused", "that you can rent if you bring coins", "From whom can one rent the {thing} in {place}?", "{who}|from {who}"),
        new(Made, "A museum in {town} offered a fortune for it, and {who} said no.", "the owner refused to sell to a museum", "that the owner refused to sell to a museum", "A museum in which town wanted the {thing} of {place}?", "{town}|in {town}"),
        new(Vehicle, "Each {day} {who} takes it over to {town} with the mail.", "letters and parcels are brought to the next town once a week", "that brings the mail to the next town", "On which day does {who} bring the mail to {town}?", "{day}|on {day}|every {day}"),
        new(Vehicle, "Its parts come from a sewing machine factory that closed in {year}.", "made from parts of a closed factory", "made from parts of a closed factory", "When did the sewing machine factory of {place} close?", "{year}|in {year}"),
        new(Vehicle, "In {year} it won the race around {place}, although it had started last.", "started in last place and still won the race", "that won a race after starting last", "When did the {thing} win the race around {place}?", "{year}|in {year}"),
        new(Vehicle, "{who} learned to steer it at the age of {age}.", "learning to steer in old age", "steered by somebody who learned it in old age", "How old was {who} when learning to steer?", "{age}"),
        new(Vehicle, "It has room for {n} passengers, and one of them always has to sing.", "a passenger has to perform a song on each trip", "in which a passenger must sing", "How many passengers fit into the {thing} in {place}?", "{n}"),
        new(Building, "{who} lives here alone with {n} clocks, and none of them is right.", "a hermit with clocks that all show the wrong time", "where a hermit keeps clocks that are wrong", "How many clocks does {who} own?", "{n}"),
        new(Building, "It was completed in {year}, and the architect never came to see it.", "the architect did not bother to look at the finished work", "whose architect never visited", "When was the {thing} in {place} completed?", "{year}|in {year}"),
        new(Building, "Below it runs a tunnel that smugglers from {town} dug at night.", "a secret underground passage of smugglers", "above a smugglers' tunnel", "Where did the smugglers who dug the tunnel in {place} come from?", "{town}|from {town}"),
        new(Building, "A radio station inside has played nothing but tango since {year}.", "a broadcaster that plays a single kind of dance music", "with a radio station that plays tango", "Since which year has the radio station of {place} played tango?", "{year}|since {year}"),
        new(Building, "Until {year} there was a bakery in it, and {who} still finds flour between the stones.", "bread was baked here long ago and there still is flour", "that used to be a bakery", "Who still finds flour between the stones in {place}?", "{who}"),
        new(Building, "{who} won it in a lottery, and has been too shy to move in.", "won a home in the lottery but does not dare to live there", "that somebody shy won in a lottery", "Who won the {thing} in {place} in a lottery?", "{who}"),
        new(Animal, "{who} found it as an orphan beside the railway in {year}.", "a young orphan rescued near the tracks", "found as an orphan near the tracks", "Who found the orphaned {thing} of {place}?", "{who}"),
        new(Animal, "It answers only to the name {name}, and only before breakfast.", "listens to its name only early in the morning", "that answers to its name only in the early morning", "To which name does the {thing} in {place} answer?", "{name}"),
        new(Animal, "It eats {n} pears a day, which {who} carries up the hill.", "feeding on pears that are hauled up a hill", "that eats pears all day", "How many pears a day does the {thing} of {place} eat?", "{n}"),
        new(Animal, "It ran away in {year} and was found in the post office of {town}.", "ran off and turned up in a post office", "that ran away and turned up in a post office", "In the post office of which town was the runaway {thing} of {place} found?", "{town}|in {town}"),
        new(Animal, "Doctors from {town} study it, because it sleeps for {n} minutes a night.", "doctors are curious why it hardly needs any sleep", "studied by doctors because it hardly sleeps", "How many minutes a night does the {thing} of {place} sleep?", "{n}"),
        new(Animal, "At a parade in {year} it stole the hat of a visiting queen.", "a queen lost her hat at a procession", "that took a queen's hat", "When did the {thing} of {place} steal the hat of a queen?", "{year}|in {year}"),
        new(Animal, "{who} talks to it in Latin, and swears that it understands.", "somebody speaks an ancient language with an animal", "that understands Latin", "In which language does {who} talk to the {thing}?", "Latin|in Latin"),
        new(Plant, "{who} put it into the ground on the day a daughter was born, in {year}.", "planted to celebrate the birth of a girl", "planted when a daughter was born", "Who planted the {thing} in {place}?", "{who}"),
        new(Plant, "The seed came in an envelope from {town}, without a sender.", "grown from a seed that somebody anonymous posted", "whose seed came by post", "From which town was the seed of the {thing} in {place} sent?", "{town}|from {town}"),
        new(Plant, "{who} boils it into a syrup that cures hiccups.", "a home remedy against hiccups", "for making a remedy against hiccups", "Who makes syrup against hiccups in {place}?", "{who}"),
        new(Plant, "It was cut down by mistake in {year}, and grew back within {n} weeks.", "felled by mistake and recovered quickly", "that was cut down and recovered", "How many weeks did the {thing} of {place} need to grow back?", "{n}"),
        new(Food, "The recipe of {who} is locked in a bank and has {n} ingredients.", "a secret recipe kept in a safe", "with a recipe kept in a safe", "How many ingredients does the recipe of {who} have?", "{n}"),
        new(Food, "In {year} it was on the table at the wedding of {who}.", "what was eaten when a couple got married", "from a wedding feast", "In which year was the wedding of {who}?", "{year}|in {year}"),
        new(Food, "At the autumn market {place} sells {n} of its kind every minute.", "business is brisk at the market late in the year", "that is sold quickly at a market", "How many does {place} sell every minute at the autumn market?", "{n}"),
        new(Food, "Sailors from {town} trade their boots for it.", "seafarers give away their boots in exchange", "that seafarers swap their boots for", "Sailors from where trade their boots in {place}?", "{town}|from {town}"),
        new(Small, "{who} carved it from the mast of a ship that went down in {year}.", "carved out of timber from a wreck", "carved out of timber from a wreck", "Who carved the {thing} of {place} from a mast?", "{who}"),
        new(Small, "It was won at cards from a captain out of {town}.", "gained by gambling with a captain", "won from a captain in a game", "The captain who lost the {thing} of {place} at cards came from where?", "{town}|from {town}"),
        new(Small, "The composer {who} wrote {n} operas with it in the room.", "a musician composed for the stage beside it", "that stood by while operas were composed", "How many operas did {who} write?", "{n}"),
        new(Small, "It hums when the weather changes, and {who} keeps a diary of that.", "somebody writes down when it hums before storms", "that hums before storms", "Who keeps a diary of the humming {thing} in {place}?", "{who}"),
    ];
}
