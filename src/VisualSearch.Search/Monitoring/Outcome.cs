using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>The words for how something ended, as labels of figures have them.</summary>
internal static class Outcome
{
    public const string Ok = "ok";
    public const string Refused = "refused";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>The word for a failure: whose fault it is.</summary>
    public static string Of(Exception failure) => failure switch
    {
        OperationCanceledException => Cancelled,
        QueryException or FilterException or ItemNotFoundException or RegionsMissingException => Refused,
        _ => Failed,
    };
}
