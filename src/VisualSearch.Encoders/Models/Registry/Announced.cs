using System.Security.Cryptography;
using System.Text;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>
/// What a server says of a file before it sends it: the hub names the SHA-256 of a large file in <c>X-Linked-ETag</c>, and a small file's
/// <c>ETag</c> is the name that git gives it (SHA-1 of <c>blob LENGTH\0</c> and the bytes).
/// </summary>
internal sealed class Announced
{
    private string? _sha256;
    private string? _gitName;

    /// <summary>Whether it said anything to check by.</summary>
    public bool IsSomething => _sha256 is not null || _gitName is not null;

    /// <summary>Takes what an answer says; several answers follow each other where the server redirects, and the first one counts.</summary>
    public void Take(HttpResponseMessage response)
    {
        string? linked = response.Headers.TryGetValues("X-Linked-ETag", out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        foreach (string? tag in (string?[])[linked, response.Headers.ETag?.Tag])
        {
            string digest = (tag ?? "").Replace("W/", "", StringComparison.Ordinal).Trim('"').ToLowerInvariant();
            if (!digest.All(char.IsAsciiHexDigit))
                continue;
            if (digest.Length == 64)
                _sha256 ??= digest;
            else if (digest.Length == 40)
                _gitName ??= digest;
        }
    }

    /// <summary>Compares a file with what was said of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sha256">Its SHA-256.</param>
    /// <returns>What was expected and found, where they differ; null where they agree or nothing was said.</returns>
    public (string Expected, string Found)? Compare(string path, string sha256)
    {
        if (_sha256 is not null)
            return _sha256 == sha256 ? null : (_sha256, sha256);
        if (_gitName is null)
            return null;
        string found = GitName(path);
        return _gitName == found ? null : (_gitName, found);
    }

    // SHA-1 is weak against forgers, but it is what the server offers here, and against damage it does.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The name that git gives a file is a SHA-1.")]
    private static string GitName(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using FileStream stream = File.OpenRead(path);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
