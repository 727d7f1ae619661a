using System.Buffers.Binary;
using System.Text;

namespace VisualSearch.Tests.Media;

/// <summary>Writes a JPEG's EXIF segment by hand (TIFF 6.0, EXIF 2.3), so that reading it is checked against the standard.</summary>
internal sealed class ExifSegment
{
    private const ushort Ascii = 2;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;

    private readonly List<(ushort Tag, ushort Type, uint Count, byte[] Data)> main = [];
    private readonly List<(ushort Tag, ushort Type, uint Count, byte[] Data)> camera = [];
    private readonly List<(ushort Tag, ushort Type, uint Count, byte[] Data)> place = [];

    public ExifSegment Orientation(int value)
    {
        byte[] data = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)value);
        main.Add((0x0112, Short, 1, data));
        return this;
    }

    public ExifSegment Camera(string make, string model)
    {
        main.Add(Text(0x010F, make));
        main.Add(Text(0x0110, model));
        return this;
    }

    public ExifSegment TakenAt(string date)
    {
        camera.Add(Text(0x9003, date));
        return this;
    }

    public ExifSegment Place(string northOrSouth, (uint, uint)[] latitude, string eastOrWest, (uint, uint)[] longitude)
    {
        place.Add(Text(1, northOrSouth));
        place.Add(Fractions(2, latitude));
        place.Add(Text(3, eastOrWest));
        place.Add(Fractions(4, longitude));
        return this;
    }

    /// <summary>Puts the segment behind the JPEG's first marker.</summary>
    public byte[] InsertInto(byte[] jpeg)
    {
        byte[] body = [.. "Exif\0\0"u8, .. Tiff()];
        byte[] marker = [0xFF, 0xE1, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)];
        return [.. jpeg[..2], .. marker, .. body, .. jpeg[2..]];
    }

    private static (ushort, ushort, uint, byte[]) Text(ushort tag, string text)
    {
        byte[] data = Encoding.ASCII.GetBytes(text + '\0');
        return (tag, Ascii, (uint)data.Length, data);
    }

    private static (ushort, ushort, uint, byte[]) Fractions(ushort tag, (uint Above, uint Below)[] numbers)
    {
        byte[] data = new byte[numbers.Length * 8];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(i * 8), numbers[i].Above);
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(i * 8 + 4), numbers[i].Below);
        }

        return (tag, Rational, (uint)numbers.Length, data);
    }

    private byte[] Tiff()
    {
        var first = main.ToList();
        uint mainLength = Length(first) + (camera.Count > 0 ? 12u : 0) + (place.Count > 0 ? 12u : 0);
        uint cameraAt = 8 + mainLength;
        uint placeAt = cameraAt + (camera.Count > 0 ? Length(camera) : 0);
        if (camera.Count > 0)
            first.Add((0x8769, Long, 1, Number(cameraAt)));
        if (place.Count > 0)
            first.Add((0x8825, Long, 1, Number(placeAt)));
        byte[] cameraBlock = camera.Count > 0 ? Directory(camera, cameraAt) : [];
        byte[] placeBlock = place.Count > 0 ? Directory(place, placeAt) : [];
        return [.. "II*\0"u8, .. Number(8), .. Directory(first, 8), .. cameraBlock, .. placeBlock];
    }

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static uint Length(List<(ushort Tag, ushort Type, uint Count, byte[] Data)> entries) =>
        (uint)(2 + entries.Count * 12 + 4 + entries.Where(entry => entry.Data.Length > 4).Sum(entry => entry.Data.Length));

    private static byte[] Directory(List<(ushort Tag, ushort Type, uint Count, byte[] Data)> entries, uint offset)
    {
        using var head = new MemoryStream();
        using var tail = new MemoryStream();
        uint tailAt = offset + 2 + (uint)entries.Count * 12 + 4;
        var writer = new BinaryWriter(head);
        writer.Write((ushort)entries.Count);
        foreach ((ushort tag, ushort type, uint count, byte[] data) in entries.OrderBy(entry => entry.Tag))
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            if (data.Length <= 4)
            {
                writer.Write([.. data, .. new byte[4 - data.Length]]);
            }
            else
            {
                writer.Write(tailAt + (uint)tail.Length);
                tail.Write(data);
            }
        }

        writer.Write(0u);
        return [.. head.ToArray(), .. tail.ToArray()];
    }
}
