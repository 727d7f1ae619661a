using System.Buffers;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Indexer.Decode;

/// <summary>Reads a picture's file as a whole, once.</summary>
internal static class PictureFile
{
    /// <summary>Hands the file's bytes to <paramref name="work"/>; they are only there during the call.</summary>
    /// <exception cref="PictureException">The file can't be opened, is empty, or has more bytes than allowed; the message says which.</exception>
    public static T Read<T>(string path, PictureLimits limits, Func<ReadOnlyMemory<byte>, T> work)
    {
        byte[]? buffer = null;
        try
        {
            using var stream = Open(path);
            var length = stream.Length;
            if (length == 0) throw new PictureException(PictureFault.Empty, "the file is empty (0 bytes)");
            if (length > limits.MaxBytes)
            {
                throw new PictureException(PictureFault.TooManyBytes, $"the file has {length:N0} bytes, more than the {limits.MaxBytes:N0} allowed");
            }

            // Pooled: a fresh array of 100 KB or more for each file would go to the large object heap and force full collections.
            buffer = ArrayPool<byte>.Shared.Rent((int)length);
            stream.ReadExactly(buffer, 0, (int)length);
            return work(buffer.AsMemory(0, (int)length));
        }
        catch (EndOfStreamException)
        {
            throw new PictureException(PictureFault.Corrupt, "the file became shorter while it was read; run again once it is complete");
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (UnauthorizedAccessException)
        {
            throw new PictureException(PictureFault.AccessDenied, "the file can't be opened: permission denied");
        }
        catch (FileNotFoundException)
        {
            throw new PictureException(PictureFault.NotFound, "the file is gone");
        }
        catch (IOException error)
        {
            throw new PictureException(PictureFault.AccessDenied, $"the file can't be opened: {error.Message}");
        }
    }
}
