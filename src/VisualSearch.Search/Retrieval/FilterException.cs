namespace VisualSearch.Search.Retrieval;

/// <summary>A filter that does not follow the filter language; <see cref="JsonPath"/> says where.</summary>
public sealed class FilterException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="jsonPath">Where, such as <c>filter.all[1].gte</c>.</param>
    /// <param name="reason">What is wrong there and what would be right.</param>
    public FilterException(string jsonPath, string reason)
        : base("filter", $"{jsonPath}: {reason}") => JsonPath = jsonPath;

    /// <summary>Where in the filter, such as <c>filter.all[1].gte</c>.</summary>
    public string JsonPath { get; }
}
