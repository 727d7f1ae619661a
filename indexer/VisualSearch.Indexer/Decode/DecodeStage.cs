using System.Globalization;
using System.Security.Cryptography;
using VisualSearch.Encoders.Media;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Decode;

/// <summary>Reads a file once: hashes its bytes, and decodes them unless the catalog already has these very bytes.</summary>
/// <param name="store">Where unchanged bytes find their vector.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="fit">The encoder's input size and resize rule.</param>
/// <param name="limits">What is refused before reading.</param>
public sealed class DecodeStage(IStore store, PictureReader reader, PictureFit fit, PictureLimits limits)
{
    private readonly int _dimension = store.Info.Dimension;

    /// <summary>Decodes one file from disk.</summary>
    /// <exception cref="PictureException">The file can't be used; the message says why.</exception>
    public DecodedFile Decode(PendingFile pending) => PictureFile.Read(pending.File.Path, limits, bytes => Decode(pending, bytes));

    /// <summary>Decodes one file whose bytes are at hand.</summary>
    /// <exception cref="PictureException">The bytes can't be used; the message says why.</exception>
    public DecodedFile Decode(PendingFile pending, ReadOnlyMemory<byte> bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        if (pending.Known is { } known && known.ContentHash == hash && Stored(known.Id) is { } stored)
        {
            return new DecodedFile(pending, Describe(pending, hash, stored.Asset), null, stored.Vector);
        }

        var picture = reader.Decode(PictureSource.FromMemory(bytes, pending.File.Path), fit);
        return new DecodedFile(pending, Describe(pending, hash, picture), picture.Input, null);
    }

    private (Asset Asset, float[] Vector)? Stored(long assetId)
    {
        if (store.FindAsset(assetId) is not { } asset || store.ItemsOf(assetId) is not [var item, ..]) return null;
        var vector = new float[_dimension];
        return store.TryGetVector(item.Id, vector) ? (asset, vector) : null;
    }

    private static Asset Describe(PendingFile pending, string hash, Asset before)
    {
        // Fields of the picture itself stay; those of an older sidecar go.
        var ofPicture = before.Fields.Where(static field => PictureFields.IsOfPicture(field.Key)).ToDictionary();
        return Describe(pending, hash, before, ofPicture);
    }

    private static Asset Describe(PendingFile pending, string hash, DecodedPicture picture)
    {
        var info = picture.Info;
        var blank = new Asset
        {
            Path = pending.File.Path,
            Format = info.Format,
            Width = info.Width,
            Height = info.Height,
            PerceptualHash = picture.PerceptualHash,
            AverageColor = picture.AverageColor,
        };
        return Describe(pending, hash, blank, PictureFields.From(info));
    }

    private static Asset Describe(PendingFile pending, string hash, Asset picture, Dictionary<string, FieldValue> fields)
    {
        var (file, metadata, _) = pending;
        foreach (var (name, value) in metadata.Fields) fields[name] = value;
        return picture with
        {
            Id = pending.Known?.Id ?? 0,
            Root = file.Root,
            RelativePath = file.RelativePath,
            SizeBytes = file.SizeBytes,
            ModifiedTicks = file.ModifiedTicks,
            ContentHash = hash,
            MetadataDigest = metadata.Digest,
            Title = metadata.Title ?? PictureMetadata.TitleFromFileName(file.Path),
            Tags = metadata.Tags,
            Text = metadata.Text,
            Fields = fields,
            IndexedAt = DateTimeOffset.UtcNow,
        };
    }
}
