using System.Globalization;

namespace VisualSearch.Search.Evaluation;

/// <summary>
/// Relevance judgements in TREC's form: lines of <c>query 0 document grade</c>, separated by blanks. A grade above 0 is
/// relevant; what is not listed is not. Documents are paths below the picture folder's parent, with '/'.
/// </summary>
public sealed class Qrels
{
    private static readonly IReadOnlyDictionary<string, int> None = new Dictionary<string, int>();

    private readonly Dictionary<string, Dictionary<string, int>> grades = new(StringComparer.Ordinal);

    /// <summary>All judged queries, in the order of the file.</summary>
    public IReadOnlyCollection<string> Queries => grades.Keys;

    /// <summary>Adds a judgement.</summary>
    /// <returns>False when the document is judged for this query already; nothing changes then.</returns>
    /// <exception cref="ArgumentException">A name is empty or has blanks, which the form can't carry.</exception>
    public bool Add(string query, string document, int grade)
    {
        CheckName(query, nameof(query));
        CheckName(document, nameof(document));
        if (!grades.TryGetValue(query, out Dictionary<string, int>? ofQuery))
            grades.Add(query, ofQuery = new Dictionary<string, int>(StringComparer.Ordinal));
        return ofQuery.TryAdd(document, grade);
    }

    /// <summary>The judged documents of a query with their grades; empty when there are none.</summary>
    public IReadOnlyDictionary<string, int> Of(string query) => grades.TryGetValue(query, out Dictionary<string, int>? ofQuery) ? ofQuery : None;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It can't be read, or a line is wrong.</exception>
    public static Qrels Load(string path) => Read(EvaluationFile.Lines(path), path);

    /// <summary>Reads lines.</summary>
    /// <param name="lines">The lines; empty ones are passed over.</param>
    /// <param name="name">What errors call them.</param>
    /// <exception cref="EvaluationException">A line is wrong.</exception>
    public static Qrels Read(IEnumerable<string> lines, string name)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Qrels qrels = new();
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                continue;
            if (parts.Length != 4)
                throw new EvaluationException(name, number, $"has {parts.Length} parts; expected four: query 0 document grade");
            if (!int.TryParse(parts[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade) || grade is < -100 or > 100)
                throw new EvaluationException(name, number, $"'{parts[3]}' is not a grade; expected a whole number such as 0, 1, 2 or 3");
            if (!qrels.Add(parts[0], parts[2], grade))
                throw new EvaluationException(name, number, $"judges '{parts[2]}' for query '{parts[0]}' a second time; keep one of the lines");
        }

        return qrels;
    }

    /// <summary>The lines of the file: what <see cref="Read"/> reads.</summary>
    public IEnumerable<string> ToLines() =>
        from query in grades
        from judged in query.Value
        select string.Create(CultureInfo.InvariantCulture, $"{query.Key} 0 {judged.Key} {judged.Value}");

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    public void Save(string path) => File.WriteAllLines(path, ToLines());

    private static void CheckName(string value, string parameter)
    {
        if (string.IsNullOrEmpty(value) || value.Any(char.IsWhiteSpace))
            throw new ArgumentException($"'{value}' can't be written to a qrels file: it must not be empty or have blanks.", parameter);
    }
}
