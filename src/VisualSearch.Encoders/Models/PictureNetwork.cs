using System.Buffers;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>The picture side of a model at work: pixels → normalised planes → network → one vector a picture, or one a patch.</summary>
internal sealed class PictureNetwork : IDisposable
{
    // 256 MiB of normalised pixels: a batch of 1,024 large pictures would not fit one array.
    private const int MostInputFloats = 1 << 26;

    private readonly ModelManifest _manifest;
    private readonly ImageTower _tower;
    private readonly NetworkSession _session;
    private readonly PixelNormalizer _normalizer;
    private readonly int _size;
    private readonly int _patch;
    private readonly int _maxBatch;
    private readonly Action<EncodedBatch>? _onBatch;

    private PictureNetwork(ModelManifest manifest, NetworkSession session, int size, int patch, EncoderOptions options)
    {
        _manifest = manifest;
        _tower = manifest.Pictures;
        _session = session;
        _size = size;
        _patch = patch;
        _maxBatch = Math.Clamp(MostInputFloats / (3 * size * size), 1, options.MaxBatch);
        _onBatch = options.OnBatch;
        _normalizer = new PixelNormalizer(_tower.Mean, _tower.Std);
    }

    /// <summary>Loads the network to give one vector a picture.</summary>
    /// <exception cref="ModelException">There is none, or it can't be used.</exception>
    public static PictureNetwork Open(ModelManifest manifest, EncoderOptions options)
    {
        ImageTower tower = manifest.Pictures;
        return Open(manifest, options, tower.Size, patch: 0, (tower.Output, [-1, manifest.Dimension]));
    }

    /// <summary>Loads the network to give one vector a patch.</summary>
    /// <exception cref="ModelException">It gives none, or can't be used.</exception>
    public static PictureNetwork OpenForPatches(ModelManifest manifest, EncoderOptions options)
    {
        RegionPatches regions = manifest.RegionPatches;
        return Open(manifest, options, regions.Size, regions.Patch, (regions.Output, [-1, -1, manifest.Dimension]));
    }

    private static PictureNetwork Open(ModelManifest manifest, EncoderOptions options, int size, int patch, (string Name, int[] Shape) output)
    {
        ImageTower tower = manifest.Pictures;
        // A graph that holds both towers also wants a text; its vector is not asked for.
        string[] fillable = tower.File == manifest.Text.File ? [manifest.Text.Input, TextNetwork.Mask] : [];
        NetworkSession session = NetworkSession.Open(manifest.PathOf(tower.File), (tower.Input, [-1, 3, size, size]), output, fillable, options);
        return new PictureNetwork(manifest, session, size, patch, options);
    }

    /// <summary>Encodes pictures; see <see cref="DualEncoder.EncodePictures"/>.</summary>
    public void Encode(IReadOnlyList<RgbPicture> pictures, Span<float> vectors)
    {
        Run(pictures, vectors);
        UnitVectors.Make(vectors, _manifest.Dimension, _manifest.PathOf(_tower.File));
    }

    /// <summary>Runs the network: <c>n × patches × dimension</c> floats as it gives them. For patches, pictures may be of any one size that a patch divides.</summary>
    public void Run(IReadOnlyList<RgbPicture> pictures, Span<float> vectors)
    {
        int size = _patch == 0 || pictures.Count == 0 ? _size : pictures[0].Width;
        int patches = _patch == 0 ? 1 : size / _patch * (size / _patch);
        int planes = 3 * size * size, dimension = patches * _manifest.Dimension;
        int most = Math.Min(_maxBatch, pictures.Count);
        float[] input = ArrayPool<float>.Shared.Rent(most * planes);
        float[] output = ArrayPool<float>.Shared.Rent(most * dimension);
        try
        {
            for (int start = 0; start < pictures.Count; start += _maxBatch)
            {
                long began = Stopwatch.GetTimestamp();
                int count = Math.Min(_maxBatch, pictures.Count - start);
                for (int i = 0; i < count; i++)
                {
                    RgbPicture picture = pictures[start + i];
                    if (picture.Width != size || picture.Height != size)
                    {
                        throw new ArgumentException(
                            $"Picture {start + i} has {picture.Width} x {picture.Height} pixels, but the model '{_manifest.Name}' takes "
                            + $"{size} x {size}: read it with the manifest's {(_patch == 0 ? nameof(ModelManifest.Fit) : nameof(ModelManifest.RegionFit))}.", nameof(pictures));
                    }

                    _normalizer.Write(picture, input.AsSpan(i * planes, planes));
                }

                using var inputs = new NetworkInputs();
                inputs.Add(_tower.Input, input, count, 3, size, size);
                foreach (string other in _session.Others)
                {
                    AddEmptyText(inputs, other);
                }

                _session.Run(inputs, output, _patch == 0 ? [count, dimension] : [count, patches, _manifest.Dimension]);
                output.AsSpan(0, count * dimension).CopyTo(vectors[(start * dimension)..]);
                _onBatch?.Invoke(new EncodedBatch(_manifest.Name, _patch == 0 ? EncodedKind.Picture : EncodedKind.Patches, count, Stopwatch.GetElapsedTime(began)));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
            ArrayPool<float>.Shared.Return(output);
        }
    }

    /// <summary>Threads that share one run.</summary>
    public int Threads => _session.Threads;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void AddEmptyText(NetworkInputs inputs, string name)
    {
        long value = name == TextNetwork.Mask ? 1 : _manifest.Text.Padding;
        if (_session.TypeOf(name) == TensorElementType.Int32)
            inputs.Add(name, (int[])[(int)value, (int)value], 1, 2);
        else
            inputs.Add(name, (long[])[value, value], 1, 2);
    }
}
