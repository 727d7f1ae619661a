using System.Buffers;
using System.Text;

namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>
/// From the bytes of a text file to its text. A byte order mark decides; without one UTF-8 is tried, then UTF-16 where every other
/// byte is zero, and at last a legacy code page, which is a guess and therefore told.
/// </summary>
public static class SubtitleEncoding
{
    /// <summary>Windows-1252: what most subtitle files that are not Unicode were written in.</summary>
    public const int WesternEuropean = 1252;

    internal static string Decode(ReadOnlySpan<byte> bytes, int legacyCodePage, SubtitleWarnings warnings)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Utf8(bytes[3..], warnings) ?? Encoding.UTF8.GetString(bytes[3..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0])) return Wide(new UTF32Encoding(bigEndian: false, byteOrderMark: true), bytes[4..], warnings);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Wide(Encoding.Unicode, bytes[2..], warnings);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Wide(Encoding.BigEndianUnicode, bytes[2..], warnings);
        if (WideWithoutMark(bytes) is { } wide)
        {
            warnings.Add($"it has no byte order mark and is read as {wide.WebName}");
            return Wide(wide, bytes, warnings);
        }

        return Utf8(bytes, warnings) ?? Legacy(bytes, legacyCodePage, warnings);
    }

    private static string Wide(Encoding encoding, ReadOnlySpan<byte> bytes, SubtitleWarnings warnings)
    {
        string text = encoding.GetString(bytes);
        if (text.Contains('\uFFFD', StringComparison.Ordinal)) warnings.Add($"it is cut off or damaged: not all of it is {encoding.WebName}");
        return text;
    }

    /// <summary>Letters of most scripts' markup and digits have a zero byte in UTF-16; no other text has any.</summary>
    private static UnicodeEncoding? WideWithoutMark(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = bytes[..Math.Min(bytes.Length, 512)];
        int even = 0, odd = 0;
        for (int i = 0; i < start.Length; i++)
        {
            if (start[i] != 0) continue;
            if (i % 2 == 0) even++;
            else odd++;
        }

        int enough = start.Length / 8;
        if (start.Length < 16 || Math.Max(even, odd) < enough || Math.Min(even, odd) > enough / 4) return null;
        return new UnicodeEncoding(bigEndian: even > odd, byteOrderMark: false);
    }

    /// <summary>The text, or null where too little of it is UTF-8. A few damaged places in a UTF-8 file don't make it another encoding.</summary>
    private static string? Utf8(ReadOnlySpan<byte> bytes, SubtitleWarnings warnings)
    {
        int whole = 0, broken = 0, firstBroken = -1;
        for (int at = 0; at < bytes.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out _, out int used);
            if (status == OperationStatus.Done)
            {
                if (used > 1) whole++;
            }
            else
            {
                if (firstBroken < 0) firstBroken = at;
                // A character cut in two at the end of the file says "truncated", not "another encoding".
                if (status != OperationStatus.NeedMoreData) broken++;
            }

            at += used;
        }

        if (broken > 0 && whole < 4 * broken) return null;
        if (firstBroken >= 0) warnings.AddAt(LineAt(bytes, firstBroken), "bytes that are not UTF-8; they are read as \uFFFD");
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Legacy(ReadOnlySpan<byte> bytes, int codePage, SubtitleWarnings warnings)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage)
            ?? throw new ArgumentException($"There is no code page {codePage}; 1252 is Western European, 1251 Cyrillic, 932 Japanese, 936 Chinese.", nameof(codePage));
        int first = bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        warnings.AddAt(LineAt(bytes, first), $"it is not UTF-8 and is read as {encoding.WebName}; save it as UTF-8 if letters look wrong");
        return encoding.GetString(bytes);
    }

    private static int LineAt(ReadOnlySpan<byte> bytes, int offset) => 1 + bytes[..offset].Count((byte)'\n');
}
