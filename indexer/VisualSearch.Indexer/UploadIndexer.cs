using System.Security.Cryptography;
using System.Text;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Indexer.Embed;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer;

/// <summary>
/// Indexes one picture that comes as bytes, through the same stages as a folder. The file is kept in the collection's own
/// <c>uploads</c> folder under the digest of its bytes, so the same picture sent twice is stored once.
/// </summary>
/// <param name="uploads">The folder that uploads are kept in; made when first needed.</param>
/// <param name="encoder">The collection's encoder.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="limits">What is refused.</param>
public sealed class UploadIndexer(string uploads, DualEncoder encoder, PictureReader reader, PictureLimits limits)
{
    /// <summary>Stores and indexes a picture.</summary>
    /// <param name="store">The collection, opened for writing.</param>
    /// <param name="picture">The file's bytes.</param>
    /// <param name="fileName">What its sender calls it; gives the title where there is none. No path of it is used.</param>
    /// <param name="title">A title, or null.</param>
    /// <param name="tags">Tags.</param>
    /// <param name="text">Longer text, or null.</param>
    /// <returns>The stored asset, and whether it is new.</returns>
    /// <exception cref="PictureException">The bytes are no usable picture; nothing was stored.</exception>
    public (Asset Asset, bool Created) Index(IStore store, byte[] picture, string fileName, string? title, IReadOnlyList<string> tags, string? text)
    {
        if (picture.Length == 0) throw new PictureException(PictureFault.Empty, "the uploaded file is empty (0 bytes)");
        if (picture.LongLength > limits.MaxBytes)
        {
            throw new PictureException(PictureFault.TooManyBytes, $"the uploaded file has {picture.LongLength:N0} bytes, more than the {limits.MaxBytes:N0} allowed");
        }

        var info = reader.ReadInfo(PictureSource.FromMemory(picture, fileName));
        var digest = Convert.ToHexStringLower(SHA256.HashData(picture));
        var path = Path.Combine(Path.GetFullPath(uploads), $"{digest}.{info.Format}");
        var before = store.FindAssetByPath(path);
        var metadata = new PictureMetadata
        {
            Title = title ?? PictureMetadata.TitleFromFileName(fileName),
            Tags = tags,
            Text = text,
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [title ?? fileName, text ?? "", .. tags]))).AsSpan(0, 16)),
        };

        // File first: a crash in between leaves a file that nobody refers to, never an entry without its file.
        if (!File.Exists(path)) Save(path, picture);
        var file = new ScannedFile(path, Path.GetDirectoryName(path)!, picture.LongLength, File.GetLastWriteTimeUtc(path).Ticks);
        var known = before is null ? null : new AssetFileState(before.Id, path, before.SizeBytes, before.ModifiedTicks, before.ContentHash, before.MetadataDigest);
        var decoded = new DecodeStage(store, reader, encoder.Manifest.Fit, limits).Decode(new PendingFile(file, metadata, known), picture);
        store.Write(new EmbedStage(encoder).Embed([decoded]));
        return (store.FindAssetByPath(path)!, before is null);
    }

    private static void Save(string path, byte[] picture)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Guid.NewGuid():n}.part";
        using (var stream = new FileStream(aside, FileMode.CreateNew))
        {
            stream.Write(picture);
            stream.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
    }
}
