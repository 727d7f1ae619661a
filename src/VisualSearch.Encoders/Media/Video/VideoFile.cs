namespace VisualSearch.Encoders.Media.Video;

/// <summary>A file that was opened once by this process and found to be a video: what ffmpeg is then told about it.</summary>
/// <param name="Name">What messages call it: the path as given.</param>
/// <param name="Url">The absolute path behind <c>file:</c>, so that a name that starts with <c>-</c> or holds a protocol is only a file.</param>
/// <param name="Format">Its container by content.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record VideoFile(string Name, string Url, VideoFormat Format, long Bytes)
{
    /// <exception cref="VideoException">The file can't be opened, is empty, too large, or no video that is read.</exception>
    public static VideoFile Open(string path, VideoLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Span<byte> head = stackalloc byte[VideoFormats.HeadBytes];
        long length;
        int read = 0;
        try
        {
            // Asked before opening, because opening a pipe waits for its writer; pipes and devices have length 0.
            var file = new FileInfo(path);
            if (file.Exists && file.Length == 0)
                throw Empty(path);
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.GetLength(handle);
            while (read < head.Length && RandomAccess.Read(handle, head[read..], read) is int more and > 0)
                read += more;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new VideoException(
                VideoFault.AccessDenied, $"\"{path}\" may not be read by this user, or is a folder; change its permissions.", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new VideoException(VideoFault.NotFound, $"\"{path}\" does not exist; check the path.", exception);
        }
        catch (IOException exception)
        {
            throw new VideoException(VideoFault.AccessDenied, $"\"{path}\" can't be opened ({exception.Message}); check the disk.", exception);
        }

        if (read == 0)
            throw Empty(path);
        if (length > limits.MaxBytes)
        {
            throw new VideoException(
                VideoFault.TooManyBytes, $"\"{path}\" has {length} bytes, more than the {limits.MaxBytes} allowed; raise {nameof(VideoLimits.MaxBytes)}.");
        }

        head = head[..read];
        if (VideoFormats.Detect(head) is not { } format)
        {
            throw new VideoException(
                VideoFault.NotVideo, $"\"{path}\" holds {VideoFormats.Guess(head)}; convert it to one of MP4, MOV, MKV, WebM, AVI or GIF.");
        }

        return new VideoFile(path, "file:" + Path.GetFullPath(path), format, length);
    }

    private static VideoException Empty(string path) =>
        new(VideoFault.Empty, $"\"{path}\" has 0 bytes; copy it again from where it came.");
}
