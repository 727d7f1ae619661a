using System.Buffers.Binary;
using System.Security.Cryptography;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Indexer.Decode;

/// <summary>
/// A digest that tells one video's bytes from another's: of the length and of 66 pieces, the beginning, the end and 64 at even distances.
/// All bytes of a film of 10 GB would take a disk a minute, to find out that only its title has changed.
/// </summary>
internal static class VideoDigest
{
    private const int Piece = 64 << 10, Ends = 1 << 20, Pieces = 64;

    /// <exception cref="VideoException">The file can't be read.</exception>
    public static string Compute(string path, long length)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> size = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(size, length);
            hash.AppendData(size);
            var buffer = new byte[Ends];
            Append(0, Ends);
            if (length > Ends)
            {
                for (var i = 0; i < Pieces; i++) Append(length / Pieces * i, Piece);
                Append(Math.Max(0, length - Ends), Ends);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());

            void Append(long at, int count)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, count), at);
                hash.AppendData(buffer.AsSpan(0, read));
            }
        }
        catch (FileNotFoundException gone)
        {
            throw new VideoException(VideoFault.NotFound, $"\"{Path.GetFileName(path)}\" is gone.", gone);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new VideoException(VideoFault.AccessDenied, $"\"{Path.GetFileName(path)}\" can't be opened: {refused.Message}", refused);
        }
    }
}
