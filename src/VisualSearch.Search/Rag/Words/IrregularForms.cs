namespace VisualSearch.Search.Rag.Words;

/// <summary>English forms that no suffix rule cuts: "stole" is "steal", "mice" are "mouse".</summary>
internal static class IrregularForms
{
    // The base form first in each group.
    private const string Groups = """
        be was were been|beat beaten|become became|begin began begun|bend bent|bite bit bitten|bleed bled|blow blew blown|break broke broken|
        bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen|come came|cut|deal dealt|dig dug|draw drew drawn|
        drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled|fly flew flown|
        forget forgot forgotten|freeze froze frozen|give gave given|go went gone|grow grew grown|hang hung|hear heard|hide hid hidden|hold held|
        keep kept|know knew known|lay laid|lead led|leave left|lend lent|lie lain|light lit|lose lost|make made|mean meant|meet met|pay paid|
        ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|sell sold|send sent|sew sewn|shake shook shaken|shine shone|
        shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|spin spun|
        stand stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|sweep swept|swim swam swum|take took taken|teach taught|
        tear tore torn|tell told|think thought|throw threw thrown|understand understood|wake woke woken|wear wore worn|weave wove woven|win won|
        write wrote written|child children|foot feet|goose geese|man men|mouse mice|ox oxen|person people|tooth teeth|woman women|wolf wolves|
        leaf leaves|knife knives
        """;

    private static readonly Dictionary<string, string> Bases = Groups.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(static group => group.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .SelectMany(static forms => forms.Skip(1).Select(form => (Form: form, Base: forms[0])))
        .ToDictionary(static one => one.Form, static one => one.Base, StringComparer.Ordinal);

    /// <summary>The base form of a word in lower case; the word itself where it is regular.</summary>
    public static string BaseOf(string word) => Bases.GetValueOrDefault(word, word);
}
