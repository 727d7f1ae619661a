using System.Text;

namespace VisualSearch.Api.Security;

/// <summary>Finds the key in a request: <c>X-Api-Key: KEY</c>, <c>Authorization: Bearer KEY</c>, or Basic with the key as the password, which is what a browser's own prompt sends, also for the page's pictures.</summary>
internal static class PresentedKey
{
    /// <summary>The key that a request brings; null for none, empty for one that can't be read.</summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers["X-Api-Key"].ToString() is { Length: > 0 } header) return header;
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.Length == 0) return null;
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization["Bearer ".Length..].Trim();
        return authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? Password(authorization["Basic ".Length..].Trim()) : "";
    }

    private static string Password(string encoded)
    {
        var buffer = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, buffer, out var length)) return "";
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : pair[(colon + 1)..];
    }
}
