namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// Merges the bytes of one word into tokens: always the pair that stands first in the merges file, leftmost first
/// (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016).
/// </summary>
/// <remarks>
/// The naive way, looking for the best pair again after every merge, takes quadratic time, and a query may be one word of
/// any length. Here the symbols form a linked list and the candidates a heap: n log n. A heap entry is stale once one of its
/// symbols has changed, which its ids tell.
/// </remarks>
internal ref struct BytePairMerger
{
    private readonly BytePairVocabulary _vocabulary;
    private readonly Span<int> _ids;
    private readonly Span<int> _previous;
    private readonly Span<int> _next;
    private readonly PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)> _candidates = new();

    /// <summary>Prepares for words of at most <c>ids.Length</c> symbols.</summary>
    /// <param name="vocabulary">The merges.</param>
    /// <param name="ids">The word's symbols; the tokens afterwards.</param>
    /// <param name="links">Room for twice as many numbers.</param>
    public BytePairMerger(BytePairVocabulary vocabulary, Span<int> ids, Span<int> links)
    {
        _vocabulary = vocabulary;
        _ids = ids;
        _previous = links[..ids.Length];
        _next = links.Slice(ids.Length, ids.Length);
    }

    /// <summary>Merges in place.</summary>
    /// <returns>The tokens, in order: the front of the ids given.</returns>
    public readonly ReadOnlySpan<int> Run()
    {
        for (int i = 0; i < _ids.Length; i++)
        {
            (_previous[i], _next[i]) = (i - 1, i + 1 < _ids.Length ? i + 1 : -1);
        }

        for (int i = 0; i + 1 < _ids.Length; i++)
        {
            Propose(i);
        }

        while (_candidates.TryDequeue(out var pair, out _))
        {
            int next = _next[pair.At];
            if (_ids[pair.At] != pair.Left || next < 0 || _ids[next] != pair.Right)
            {
                continue;
            }

            Join(pair.At, next, pair.Merged);
        }

        int count = 0;
        for (int i = 0; i >= 0; i = _next[i])
        {
            _ids[count++] = _ids[i];
        }

        return _ids[..count];
    }

    private readonly void Join(int left, int right, int merged)
    {
        _ids[left] = merged;
        _ids[right] = -1;
        int after = _next[left] = _next[right];
        if (after >= 0)
        {
            _previous[after] = left;
            Propose(left);
        }

        if (_previous[left] >= 0)
        {
            Propose(_previous[left]);
        }
    }

    private readonly void Propose(int at)
    {
        int left = _ids[at], right = _ids[_next[at]];
        if (_vocabulary.TryMerge(left, right, out BytePairVocabulary.Merge merge))
        {
            _candidates.Enqueue((at, left, right, merge.Id), (merge.Rank, at));
        }
    }
}
