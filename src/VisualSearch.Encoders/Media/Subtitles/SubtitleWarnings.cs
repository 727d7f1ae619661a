namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Collects what was wrong with a file, up to a length that a person reads.</summary>
internal sealed class SubtitleWarnings
{
    // A broken converter breaks every cue alike; the first lines tell, thousands more would only fill logs.
    private const int Most = 20;

    private readonly List<string> _told = [];
    private int _more;

    internal bool AreNone => _told.Count == 0;

    internal void Add(string warning)
    {
        if (_told.Count < Most) _told.Add(warning);
        else _more++;
    }

    internal void AddAt(int line, string warning) => Add($"line {line}: {warning}");

    internal IReadOnlyList<string> ToList() => _more == 0 ? [.. _told] : [.. _told, $"and {_more} more like these"];
}
