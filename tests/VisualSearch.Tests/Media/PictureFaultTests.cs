using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Every fault, with the file that causes it, and what its message has to say.</summary>
public sealed class PictureFaultTests
{
    private static readonly PictureFit Fit = new(64, ResizeRule.Squash, ResizeQuality.Fast);

    [Fact]
    public void A_missing_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.jpg");
        AssertFault(PictureFault.NotFound, PictureSource.FromFile(path), path);
        AssertFault(PictureFault.NotFound, PictureSource.FromFile(Path.Combine(path, "inner.jpg")), "inner.jpg");
    }

    [LinuxFact]
    public void A_file_that_may_not_be_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("secret.jpg", Jpeg(Gradient(8, 8)));
#pragma warning disable CA1416 // The attribute keeps this test to Linux.
        File.SetUnixFileMode(path, UnixFileMode.None);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        // Root reads everything, so the reading thread takes on nobody's rights; that ends with the thread.
        PictureException? fault = null;
        var reading = new Thread(() =>
        {
            _ = SetFileSystemUser(65534);
            fault = Record(() => Reader.Decode(PictureSource.FromFile(path), Fit));
        });
        reading.Start();
        reading.Join();
        Assert.Equal(PictureFault.AccessDenied, fault?.Fault);
        Assert.Contains(path, fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_and_an_empty_upload()
    {
        using var folder = new TemporaryFolder();
        AssertFault(PictureFault.Empty, PictureSource.FromFile(folder.Write("empty.png", [])), "0 bytes");
        AssertFault(PictureFault.Empty, Source([]), "0 bytes");
    }

    [LinuxFact]
    public void A_pipe_does_not_block()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "pipe.jpg");
        Assert.Equal(0, MakeFifo(path, 0x1B6));
        AssertFault(PictureFault.Empty, PictureSource.FromFile(path), path);
    }

    [Fact]
    public void A_folder()
    {
        using var folder = new TemporaryFolder();
        AssertFault(PictureFault.Unsupported, PictureSource.FromFile(folder.Path), "folder");
    }

    [Theory]
    [InlineData("holiday notes, long enough to be no accident", "text")]
    [InlineData("%PDF-1.7\n%âãÏÓ", "PDF")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "SVG")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "SVG")]
    [InlineData("BM      \0\0\0\0", "BMP")]
    [InlineData("8BPS\0\u0001", "Photoshop")]
    [InlineData("P6\n1 1\n255\nabc", "text")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0", "video")]
    [InlineData("push graphic-context\nviewbox 0 0 1 1\nimage over 0,0 0,0 'https://example.org/x'", "text")]
    public void Content_that_is_no_picture_of_a_kind_that_is_read(string content, string named)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Encoding.Latin1.GetBytes(content);
        AssertFault(PictureFault.Unsupported, PictureSource.FromFile(folder.Write("photo.jpg", bytes)), named);
        AssertFault(PictureFault.Unsupported, Source(bytes), named);
    }

    [Fact]
    public void Content_decides_and_not_the_name()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("really-a-png.jpg", Png(Gradient(20, 10)));
        PictureInfo info = Reader.Decode(PictureSource.FromFile(path), Fit).Info;
        Assert.Equal(("png", 20, 10), (info.Format, info.Width, info.Height));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("tiff")]
    [InlineData("heif")]
    public void A_file_cut_short_anywhere_is_damaged_and_never_half_read(string kind)
    {
        RgbPicture noise = Gradient(200, 150);
        new Random(1).NextBytes(noise.Pixels);
        byte[] whole = Encode(noise, kind);
        Reader.Decode(Source(whole), Fit);
        foreach (double part in new[] { 0.02, 0.3, 0.6, 0.9 })
        {
            byte[] cut = whole[..(int)(whole.Length * part)];
            PictureException? fault = Record(() => Reader.Decode(Source(cut, "cut.bin"), Fit));
            Assert.True(fault is { Fault: PictureFault.Corrupt }, $"{kind} cut at {part}: {fault?.Fault.ToString() ?? "no fault"}");
            Assert.Contains("cut.bin", fault!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_of_a_picture_overwritten_at_random_never_crash()
    {
        var random = new Random(7);
        string[] kinds = ["jpeg", "png", "webp", "gif", "tiff", "heif"];
        byte[][] files = [.. kinds.Select(kind => Encode(Gradient(90, 70), kind))];
        int faults = 0;
        for (int round = 0; round < 200; round++)
        {
            byte[] broken = (byte[])files[round % files.Length].Clone();
            for (int i = 0; i < 1 + round % 20; i++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            PictureException? fault = Record(() => Reader.Decode(Source(broken), Fit));
            Assert.True(fault is null or { Fault: PictureFault.Corrupt or PictureFault.Unsupported or PictureFault.TooManyPixels }, fault?.ToString());
            faults += fault is null ? 0 : 1;
        }

        Assert.InRange(faults, 20, 199);
    }

    [Fact]
    public void More_bytes_than_allowed()
    {
        var reader = new PictureReader(new PictureLimits { MaxBytes = 1000 });
        byte[] big = new byte[1001];
        using var folder = new TemporaryFolder();
        foreach (PictureSource source in new[] { Source(big), PictureSource.FromFile(folder.Write("big.jpg", big)) })
        {
            PictureException fault = Assert.Throws<PictureException>(() => reader.ReadInfo(source));
            Assert.Equal(PictureFault.TooManyBytes, fault.Fault);
            Assert.Contains("1001", fault.Message, StringComparison.Ordinal);
            Assert.Contains("1000", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bomb_is_refused_from_its_header()
    {
        byte[] bomb = PngBomb(30_000, 30_000);
        Assert.InRange(bomb.Length, 1, 200_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PictureException fault = Assert.Throws<PictureException>(() => Reader.Decode(Source(bomb, "bomb.png"), Fit));
        Assert.Equal(PictureFault.TooManyPixels, fault.Fault);
        Assert.Contains("30000 x 30000 = 900000000", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_picture_that_takes_too_long_is_given_up()
    {
        byte[] large = PngBomb(14_000, 14_000);
        var hasty = new PictureReader(new PictureLimits { DecodeTimeout = TimeSpan.FromMilliseconds(20) });
        PictureException fault = Assert.Throws<PictureException>(() => hasty.Decode(Source(large), Fit));
        Assert.Equal(PictureFault.TimedOut, fault.Fault);
        Assert.Contains("0.02 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_faults_good_pictures_are_read_as_before()
    {
        byte[] good = Jpeg(Gradient(100, 80));
        byte[] expected = Square(good).Pixels;
        for (int i = 0; i < 50; i++)
        {
            Record(() => Reader.Decode(Source(good[..(good.Length / 2)]), Fit));
            Assert.Equal(expected, Square(good).Pixels);
        }
    }

    private static void AssertFault(PictureFault expected, PictureSource source, string inMessage)
    {
        PictureException fault = Assert.Throws<PictureException>(() => Reader.Decode(source, Fit));
        Assert.Equal(expected, fault.Fault);
        Assert.Contains(inMessage, fault.Message, StringComparison.Ordinal);
    }

    private static PictureException? Record(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (PictureException exception)
        {
            return exception;
        }
    }

    /// <summary>Writes a black and white PNG by hand: one bit a pixel, black rows that compress a thousandfold.</summary>
    private static byte[] PngBomb(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        Chunk(file, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = new byte[1 + (width + 7) / 8];
            for (int y = 0; y < height; y++)
                zlib.Write(row);
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        uint crc = 0xFFFFFFFF;
        foreach (byte value in (byte[])[.. type, .. data])
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, crc ^ 0xFFFFFFFF);
        file.Write(number);
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(int user);

    [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi)]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}

/// <summary>A test of Linux's own file rights and pipes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux: setfsuid and mkfifo.";
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vsearch-media-").FullName;

    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
