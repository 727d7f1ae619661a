using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VisualSearch.Indexer.Metadata;

/// <summary>Subtitle files beside videos, by their names.</summary>
/// <remarks>A folder is listed once, as long as one video of it comes after the other. Not for use by several threads at once.</remarks>
public sealed class SubtitleFiles
{
    private static readonly string[] Endings = [".srt", ".vtt", ".ass", ".ssa"];

    private string? _folder;
    private ILookup<string, FileInfo> _ofVideo = Array.Empty<FileInfo>().ToLookup(static file => file.Name);

    /// <summary>The subtitle files of a video: of its own name first, then those with a language between (<c>film.en.srt</c>), by name.</summary>
    /// <param name="path">The video's absolute path.</param>
    public IReadOnlyList<FileInfo> Beside(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (folder != _folder)
        {
            _ofVideo = new DirectoryInfo(folder).EnumerateFiles()
                .Where(static file => Endings.Contains(file.Extension, StringComparer.OrdinalIgnoreCase) && file.LinkTarget is null)
                .SelectMany(static file => new[] { Stem(file.Name), Stem(Stem(file.Name)) }.Distinct(), static (file, video) => (file, video))
                .ToLookup(static pair => pair.video, static pair => pair.file, StringComparer.Ordinal);
            _folder = folder;
        }

        return [.. _ofVideo[Stem(Path.GetFileName(path))].OrderBy(static file => file.Name.Length).ThenBy(static file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>A digest that changes when subtitle files come, go or change; it goes on from that of the sidecar.</summary>
    /// <param name="digest">The sidecar's digest; empty without one.</param>
    /// <param name="path">The video's absolute path.</param>
    public string Digest(string digest, string path)
    {
        var files = Beside(path);
        if (files.Count == 0) return digest;
        var text = new StringBuilder(digest);
        foreach (var file in files) text.Append(CultureInfo.InvariantCulture, $"\0{file.Name}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private static string Stem(string name) => Path.GetFileNameWithoutExtension(name);
}
