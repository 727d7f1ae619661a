"""Draws ../golden.png, the picture file that `vsearch models verify` embeds: by formulas, and written without any library's help.

    python3 golden_picture.py ../golden.png

It has what a wrong way from file to vector would show: sides that differ, other things at the edges than in the middle, colours in
which red and blue are not alike, and lines so fine that a resize without smoothing makes patterns of them.
"""
import struct
import sys
import zlib

WIDTH, HEIGHT = 240, 144


def pixel(x, y):
    if (x - 50) ** 2 + (y - 44) ** 2 <= 30 ** 2:
        return 240, 60, 40
    if 172 <= x < 232 and 84 <= y < 138:
        return 20, 70, 230
    if 100 <= x < 160 and 40 <= y < 110:
        return (250, 240, 200) if (x // 3 + y // 3) % 2 else (30, 40, 20)
    return 255 * x // (WIDTH - 1), 200 * y // (HEIGHT - 1), 60 + (x + y) // 4


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png():
    rows = bytearray()
    for y in range(HEIGHT):
        row = [pixel(x, y) for x in range(WIDTH)]
        rows.append(1)      # filter "sub": each byte less the one a pixel before it
        before = (0, 0, 0)
        for now in row:
            rows.extend((a - b) % 256 for a, b in zip(now, before))
            before = now
    header = struct.pack('>IIBBBBB', WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(bytes(rows), 9)) + chunk(b'IEND', b'')


if __name__ == '__main__':
    with open(sys.argv[1], 'wb') as file:
        file.write(png())
