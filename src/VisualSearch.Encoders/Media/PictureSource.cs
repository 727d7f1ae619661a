using System.Security.Cryptography;

namespace VisualSearch.Encoders.Media;

/// <summary>Where a picture's bytes come from: a file, or memory such as an upload.</summary>
public sealed class PictureSource
{
    private PictureSource(string name, string? path, ReadOnlyMemory<byte> memory) => (Name, Path, Memory) = (name, path, memory);

    /// <summary>What messages call the picture: the path of a file, or the name that came with the bytes.</summary>
    public string Name { get; }

    /// <summary>The file, or null when the bytes are in memory.</summary>
    internal string? Path { get; }

    /// <summary>The bytes, when there is no file.</summary>
    internal ReadOnlyMemory<byte> Memory { get; }

    /// <summary>SHA-256 of the bytes, in hexadecimal digits: pictures that have the same one are the same. Null for a file, which may change.</summary>
    public string? Digest => Path is null ? Convert.ToHexStringLower(SHA256.HashData(Memory.Span)) : null;

    /// <summary>A picture in a file; the file is opened only when the picture is read.</summary>
    /// <param name="path">Path of the file.</param>
    public static PictureSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new PictureSource(path, path, default);
    }

    /// <summary>A picture in memory; the bytes must not change until it is read.</summary>
    /// <param name="bytes">The encoded picture, such as the content of a JPEG file.</param>
    /// <param name="name">What messages call it; only for messages.</param>
    public static PictureSource FromMemory(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new PictureSource(name, null, bytes);
    }
}
