namespace VisualSearch.Search.Evaluation;

/// <summary>Judged queries or labelled pictures that can't be used; the message names the file and, where there is one, the line.</summary>
public sealed class EvaluationException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line from 1, or 0 for the file as a whole.</param>
    /// <param name="reason">What is wrong there and what would be right.</param>
    /// <param name="inner">The cause, where reading failed.</param>
    public EvaluationException(string file, int line, string reason, Exception? inner = null)
        : base("evaluation", line > 0 ? $"{file}, line {line}: {reason}" : $"{file}: {reason}", inner)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line from 1, or 0 for the file as a whole.</summary>
    public int Line { get; }
}
