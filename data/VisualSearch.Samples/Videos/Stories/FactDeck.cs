using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Videos.Stories;

/// <summary>Deals facts without repetition for as long as some are left for a group of things; then the least told ones again.</summary>
internal sealed class FactDeck
{
    private readonly FactTemplate[] _templates;
    private readonly int[] _told;

    internal FactDeck(SceneRandom random)
    {
        _templates = [.. FactTemplates.All];
        random.Shuffle(_templates);
        _told = new int[_templates.Length];
    }

    /// <summary>Groups of which something can be told, those with more untold facts more often.</summary>
    internal IReadOnlyList<string> Groups
    {
        get
        {
            int least = _told.Min();
            string[] open = [.. _templates.Where((_, i) => _told[i] == least).SelectMany(template => template.Groups.Split(' '))];
            return open;
        }
    }

    internal FactTemplate Deal(string group)
    {
        int best = -1;
        for (int i = 0; i < _templates.Length; i++)
        {
            if (_templates[i].Groups.Split(' ').Contains(group) && (best < 0 || _told[i] < _told[best])) best = i;
        }

        _told[best]++;
        return _templates[best];
    }
}
