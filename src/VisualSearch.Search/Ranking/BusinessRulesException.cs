namespace VisualSearch.Search.Ranking;

/// <summary>A rules file that can't be used; <see cref="JsonPath"/> says where it is wrong.</summary>
public sealed class BusinessRulesException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="file">The file.</param>
    /// <param name="jsonPath">Where in it, such as <c>rules[2].factor</c>; empty for the file as a whole.</param>
    /// <param name="reason">What is wrong there and what would be right.</param>
    /// <param name="inner">The cause, where reading failed.</param>
    public BusinessRulesException(string file, string jsonPath, string reason, Exception? inner = null)
        : base("business-rules", jsonPath.Length == 0 ? $"{file}: {reason}" : $"{file}: {jsonPath}: {reason}", inner) => JsonPath = jsonPath;

    /// <summary>Where in the file, such as <c>rules[2].factor</c>.</summary>
    public string JsonPath { get; }
}
