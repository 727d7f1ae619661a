using System.Security.Cryptography;
using System.Text;
using VisualSearch.Indexer.Metadata;

namespace VisualSearch.Indexer;

/// <summary>What is said of an uploaded file.</summary>
/// <param name="FileName">What its sender calls it; gives the title where there is none. No path of it is used.</param>
/// <param name="Title">A title, or null.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Text">Longer text, or null.</param>
public sealed record UploadDetails(string FileName, string? Title, IReadOnlyList<string> Tags, string? Text)
{
    /// <summary>The same as a sidecar would say it.</summary>
    internal PictureMetadata ToMetadata() => new()
    {
        Title = Title ?? PictureMetadata.TitleFromFileName(FileName),
        Tags = Tags,
        Text = Text,
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [Title ?? FileName, Text ?? "", .. Tags]))).AsSpan(0, 16)),
    };
}
