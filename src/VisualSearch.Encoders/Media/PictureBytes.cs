using System.Buffers;
using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media;

/// <summary>The encoded bytes of one picture at a fixed address, for as long as libvips reads them.</summary>
/// <remarks>
/// Files are read whole instead of being given to libvips by name: some of its loaders map the file into memory, and a file
/// that another program cuts short while it is mapped kills the whole process (SIGBUS). The memory is unmanaged, so that
/// the garbage collector neither moves nor keeps it.
/// </remarks>
internal sealed unsafe class PictureBytes : IDisposable
{
    private readonly MemoryHandle pin;
    private void* owned;

    private PictureBytes(MemoryHandle pin, void* owned, void* start, int length)
    {
        this.pin = pin;
        this.owned = owned;
        Start = start;
        Length = length;
    }

    public void* Start { get; }

    public int Length { get; }

    /// <summary>The first bytes, enough to tell a format; fewer when the picture is shorter.</summary>
    public ReadOnlySpan<byte> Head => new(Start, Math.Min(Length, 256));

    /// <exception cref="PictureException">The bytes can't be had, there are none, or too many.</exception>
    public static PictureBytes Open(PictureSource source, PictureLimits limits)
    {
        if (source.Path is not null)
            return ReadFile(source.Path, limits);
        CheckLength(source.Name, source.Memory.Length, limits);
        MemoryHandle pin = source.Memory.Pin();
        return new PictureBytes(pin, null, pin.Pointer, source.Memory.Length);
    }

    public void Dispose()
    {
        pin.Dispose();
        NativeMemory.Free(owned);
        owned = null;
    }

    private static PictureBytes ReadFile(string path, PictureLimits limits)
    {
        try
        {
            // Asked before opening, because opening a pipe waits for its writer; pipes and devices have length 0.
            var file = new FileInfo(path);
            if (file.Exists)
                CheckLength(path, file.Length, limits);

            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            CheckLength(path, length, limits);
            void* memory = NativeMemory.Alloc((nuint)length);
            try
            {
                int read = 0;
                while (read < length)
                {
                    int more = RandomAccess.Read(handle, new Span<byte>((byte*)memory + read, (int)length - read), read);
                    if (more == 0)
                        break;
                    read += more;
                }

                CheckLength(path, read, limits);
                var bytes = new PictureBytes(default, memory, memory, read);
                memory = null;
                return bytes;
            }
            finally
            {
                NativeMemory.Free(memory);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            throw new PictureException(PictureFault.NotFound, $"\"{path}\" doesn't exist; check the path.", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw Directory.Exists(path)
                ? new PictureException(PictureFault.Unsupported, $"\"{path}\" is a folder; give a picture file.", exception)
                : new PictureException(
                    PictureFault.AccessDenied, $"\"{path}\" can't be read ({exception.Message}); allow this user to read it.", exception);
        }
    }

    private static void CheckLength(string name, long length, PictureLimits limits)
    {
        if (length == 0)
            throw new PictureException(PictureFault.Empty, $"\"{name}\" is empty (0 bytes); copy it again from where it came.");
        if (length > limits.MaxBytes)
        {
            throw new PictureException(
                PictureFault.TooManyBytes,
                $"\"{name}\" has {length} bytes, more than the {limits.MaxBytes} allowed; make it smaller or raise {nameof(PictureLimits.MaxBytes)}.");
        }
    }
}
