namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// Reads a model's answer as it streams: leaves out what it thought aloud, and notices when it says that the sources don't answer. Holds back
/// only as much as it takes to tell.
/// </summary>
internal sealed class AnswerText
{
    private const string ThinkStart = "<think>";
    private const string ThinkEnd = "</think>";

    private static readonly string Sentence = ModelAnswerer.NotFoundSentence.TrimEnd('.');

    private string _held = "";
    private State _state = State.Start;

    private enum State
    {
        Start,
        Thinking,
        Opening,
        Flowing,
        NotFound,
    }

    /// <summary>Whether the answer is that there is none. What a model adds after that sentence is not from the sources, and is left out.</summary>
    public bool IsNotFound => _state == State.NotFound;

    /// <summary>Whether anything was to be read, thoughts apart.</summary>
    public bool HasText { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <returns>What of it, and of pieces before it, is to be shown now.</returns>
    public string Add(string piece)
    {
        if (_state == State.NotFound)
            return "";
        _held += piece;
        return Go(atEnd: false);
    }

    /// <summary>Takes the end.</summary>
    /// <returns>What is still to be shown.</returns>
    public string End() => Go(atEnd: true);

    private string Go(bool atEnd)
    {
        if (_state == State.Start)
            Start(atEnd);
        if (_state == State.Thinking)
            Think();
        if (_state == State.Opening)
            Open(atEnd);
        if (_state != State.Flowing)
            return "";
        string text = _held;
        _held = "";
        HasText |= !string.IsNullOrWhiteSpace(text);
        return text;
    }

    // DeepSeek-R1, Qwen3 and others write their thoughts into the answer where the server does not take them out.
    private void Start(bool atEnd)
    {
        string text = _held.TrimStart();
        if (text.StartsWith(ThinkStart, StringComparison.OrdinalIgnoreCase))
            _state = State.Thinking;
        else if (atEnd || !ThinkStart.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            _state = State.Opening;
    }

    private void Think()
    {
        int end = _held.IndexOf(ThinkEnd, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            // Thoughts are long; only what may be the beginning of the end is kept.
            _held = _held.Length > ThinkEnd.Length ? _held[^ThinkEnd.Length..] : _held;
            return;
        }

        _held = _held[(end + ThinkEnd.Length)..];
        _state = State.Opening;
    }

    private void Open(bool atEnd)
    {
        string text = _held.TrimStart().TrimStart('"', '\'', '*', '_', '“', '‘', '«');
        if (text.Length < Sentence.Length && Sentence.StartsWith(text, StringComparison.OrdinalIgnoreCase) && !atEnd)
            return;
        if (text.StartsWith(Sentence, StringComparison.OrdinalIgnoreCase))
        {
            ReadOnlySpan<char> after = text.AsSpan(Sentence.Length).TrimStart();
            if (after.Length == 0 && !atEnd)
                return;
            // "Not found in this collection of harbours is …" goes on with a letter.
            if (after.Length == 0 || !char.IsLetterOrDigit(after[0]))
            {
                _held = "";
                _state = State.NotFound;
                return;
            }
        }

        _held = _held.TrimStart();
        _state = State.Flowing;
    }
}
