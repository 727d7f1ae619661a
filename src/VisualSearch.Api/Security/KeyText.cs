using System.Security.Cryptography;
using System.Text;

namespace VisualSearch.Api.Security;

/// <summary>
/// How a key reads: <c>vsk_ID_SECRET</c>, in hexadecimal digits. The prefix lets scanners of repositories and logs recognise one; the id finds
/// it in the file without trying all; only letters, digits and '_', so that a double click selects it whole.
/// </summary>
internal static class KeyText
{
    private const string Prefix = "vsk_";
    private const int IdDigits = 12;

    // 256 bits can't be guessed, however many are tried: that is why one round of SHA-256 keeps them safely, where passwords need many.
    private const int SecretBytes = 32;
    private const int Length = 4 + IdDigits + 1 + (2 * SecretBytes);

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdDigits / 2));

    public static string New(string id) => $"{Prefix}{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}";

    /// <summary>The id inside a text that has the form of a key; null for any other text.</summary>
    public static string? IdOf(string text) =>
        text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdDigits] == '_' && IsId(text.AsSpan(Prefix.Length, IdDigits))
            ? text.Substring(Prefix.Length, IdDigits)
            : null;

    public static bool IsId(ReadOnlySpan<char> text) => AreDigits(text, IdDigits);

    /// <summary>Whether a text is SHA-256 as the key file has it.</summary>
    public static bool IsHash(ReadOnlySpan<char> text) => AreDigits(text, 2 * SHA256.HashSizeInBytes);

    /// <summary>What is kept of a key: 32 bytes that don't lead back to it.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static bool AreDigits(ReadOnlySpan<char> text, int count)
    {
        if (text.Length != count) return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigitLower(digit)) return false;
        }

        return true;
    }
}
