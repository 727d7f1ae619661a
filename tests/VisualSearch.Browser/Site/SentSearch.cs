using System.Text.Json;
using Microsoft.Playwright;

namespace VisualSearch.Browser.Site;

/// <summary>A search as the page sent it, and what the server answered.</summary>
public sealed class SentSearch
{
    // The page asks for this many results; its side questions (similar pictures, explanations) differ in this or carry "explain".
    private const string PageSize = "60";

    // Of a form with a file in it, Chromium tells nothing to its remote control; the page's own fetch says it in a header.
    private const string FormHeader = "x-sent-form";

    private readonly Dictionary<string, string> _fields;

    private SentSearch(Dictionary<string, string> fields, JsonElement answer)
    {
        _fields = fields;
        Answer = answer;
        Results = [.. answer.GetProperty("results").EnumerateArray()];
    }

    /// <summary>The whole answer.</summary>
    public JsonElement Answer { get; }

    /// <summary>The results, best first.</summary>
    public IReadOnlyList<JsonElement> Results { get; }

    /// <summary>The results' items, best first.</summary>
    public IEnumerable<string> Ids => Results.Select(static result => result.GetProperty("id").GetRawText());

    /// <summary>Whether a picture file came along.</summary>
    public bool HasPicture => _fields.ContainsKey("image");

    /// <summary>A field's text, or its JSON; null when it was not sent.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>The file name of a result.</summary>
    public string NameOf(int position) => Results[position].GetProperty("path").GetString()!;

    /// <summary>The crop's left, top, width and height.</summary>
    public (double X, double Y, double Width, double Height) Crop()
    {
        using var json = JsonDocument.Parse(this["crop"] ?? throw new InvalidOperationException("The search has no crop."));
        double Side(string name) => json.RootElement.GetProperty(name).GetDouble();
        return (Side("x"), Side("y"), Side("width"), Side("height"));
    }

    /// <summary>Whether this is a search that fills the grid.</summary>
    public static bool IsSearch(IRequest request)
    {
        if (request.Method != "POST" || !request.Url.EndsWith("/search", StringComparison.Ordinal)) return false;
        var fields = Fields(request);
        return fields.GetValueOrDefault("k") == PageSize && !fields.ContainsKey("explain");
    }

    /// <summary>Reads a search's request and answer.</summary>
    public static async Task<SentSearch> ReadAsync(IResponse response)
    {
        Assert.True(response.Ok, $"{response.Status}: {await response.TextAsync()}");
        using var json = JsonDocument.Parse(await response.TextAsync());
        return new SentSearch(Fields(response.Request), json.RootElement.Clone());
    }

    /// <summary>What makes the page's requests tell which form they carry.</summary>
    internal const string Telling =
        $$"""
        const send = fetch;
        window.fetch = (address, options) => {
          if (!(options?.body instanceof FormData)) return send(address, options);
          const fields = Object.fromEntries([...options.body].map(([name, value]) => [name, value instanceof Blob ? value.name : value]));
          return send(address, { ...options, headers: { ...options.headers, '{{FormHeader}}': encodeURIComponent(JSON.stringify(fields)) } });
        };
        """;

    private static Dictionary<string, string> Fields(IRequest request)
    {
        var body = request.Headers.TryGetValue(FormHeader, out var form) ? Uri.UnescapeDataString(form) : request.PostData ?? "{}";
        using var json = JsonDocument.Parse(body);
        return json.RootElement.EnumerateObject().ToDictionary(
            static member => member.Name,
            static member => member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
    }
}
