using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// Patches of a picture that is larger than what the network was trained at: it is seen in overlapping squares of that size, half a square
/// apart, and a patch is the mean over the squares that show it.
/// </summary>
/// <remarks>
/// A deep network looks far around each patch: seen in one piece, the middle of a photograph has the vector of the whole as much as its own. The
/// part that a crop shows was then told from others in 94 of 120 photographs, and in 118 with squares; the middle square is seen just as the
/// crop is. Nine squares of 64 pixels cost 2.25 times one of 128.
/// </remarks>
/// <param name="side">Pixels a side of the picture.</param>
/// <param name="tile">Pixels a side of a square.</param>
/// <param name="patch">Pixels a side of a patch.</param>
internal sealed class PatchTiles(int side, int tile, int patch)
{
    private readonly int step = tile / 2;

    /// <summary>Whether the squares cover the picture and patches lie on one grid.</summary>
    public bool Fit => side > tile && tile % (2 * patch) == 0 && (side - tile) % step == 0;

    /// <summary>Squares a picture.</summary>
    public int Count => Across * Across;

    private int Across => ((side - tile) / step) + 1;

    /// <summary>The squares of a picture, row by row.</summary>
    public IEnumerable<RgbPicture> Cut(RgbPicture picture)
    {
        for (int i = 0; i < Count; i++)
        {
            (int top, int left) = (i / Across * step, i % Across * step);
            byte[] pixels = new byte[tile * tile * 3];
            for (int y = 0; y < tile; y++)
                picture.Pixels.AsSpan((((top + y) * side) + left) * 3, tile * 3).CopyTo(pixels.AsSpan(y * tile * 3));
            yield return new RgbPicture(tile, tile, pixels);
        }
    }

    /// <summary>Lays the patches of a picture's squares over each other.</summary>
    /// <param name="squares">Vectors of <see cref="Count"/> squares, each row by row.</param>
    /// <param name="grid">Takes the patches of the picture, row by row; zeros before.</param>
    /// <param name="dimension">Floats of a vector.</param>
    public void Join(ReadOnlySpan<float> squares, Span<float> grid, int dimension)
    {
        int across = side / patch, inTile = tile / patch, apart = step / patch;
        Span<int> seen = stackalloc int[across * across];
        for (int i = 0; i < Count; i++)
        {
            for (int p = 0; p < inTile * inTile; p++)
            {
                int place = (((i / Across * apart) + (p / inTile)) * across) + (i % Across * apart) + (p % inTile);
                ReadOnlySpan<float> vector = squares.Slice(((i * inTile * inTile) + p) * dimension, dimension);
                Span<float> sum = grid.Slice(place * dimension, dimension);
                for (int d = 0; d < dimension; d++)
                    sum[d] += vector[d];
                seen[place]++;
            }
        }

        for (int place = 0; place < seen.Length; place++)
        {
            foreach (ref float number in grid.Slice(place * dimension, dimension))
                number /= seen[place];
        }
    }
}
