using System.Globalization;
using Microsoft.Extensions.Caching.Memory;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Api.Serving;

/// <summary>
/// A model's encoder as many queries at once use it: what was embedded lately is remembered, and the rest shares runs of the networks
/// (<see cref="MicroBatcher{T}"/>). Safe for any number of threads.
/// </summary>
internal sealed class QueryEncoder : IDisposable
{
    // The vectors of some hours of people's queries: 8 MiB at 512 dimensions.
    private const int MostRemembered = 4096;

    // Longer texts are pasted, and asked once.
    private const int LongestRemembered = 1024;

    // A run of 16 takes a CLIP tower on one core less than a second; longer ones would make all wait for the last.
    private const int MaxBatch = 16;

    private readonly MemoryCache _remembered = new(new MemoryCacheOptions { SizeLimit = MostRemembered });
    private readonly Action<string, bool>? _onLookup;
    private readonly MicroBatcher<string> _texts;
    private readonly MicroBatcher<RgbPicture> _pictures;

    /// <param name="encoder">The encoder; stays the caller's.</param>
    /// <param name="onLookup">Told of each question to the cache, and whether the vector was known; null for nobody.</param>
    public QueryEncoder(DualEncoder encoder, Action<string, bool>? onLookup = null)
    {
        Encoder = encoder;
        _onLookup = onLookup;
        _texts = new MicroBatcher<string>(Lanes(encoder.TextThreads), MaxBatch, texts => Encode(texts, encoder.EncodeTexts));
        _pictures = new MicroBatcher<RgbPicture>(Lanes(encoder.PictureThreads), MaxBatch, pictures => Encode(pictures, encoder.EncodePictures));
    }

    /// <summary>The encoder itself, for what is not a query.</summary>
    public DualEncoder Encoder { get; }

    /// <summary>The vector of a text.</summary>
    /// <returns>A unit vector that others share: not to be changed.</returns>
    /// <exception cref="ModelException">The network failed.</exception>
    public float[] EncodeText(string text) => text.Length > LongestRemembered ? _texts.Encode(text) : Remember(("text", text), () => _texts.Encode(text));

    /// <summary>The vector of a picture, or of a part of it.</summary>
    /// <returns>A unit vector that others share: not to be changed.</returns>
    /// <exception cref="PictureException">The picture can't be read.</exception>
    /// <exception cref="ModelException">The network failed.</exception>
    public float[] EncodePicture(PictureReader reader, PictureSource source, CropBox? crop = null)
    {
        // Turning the pages of a search, or asking with another filter, sends the same picture again.
        return source.Digest is { } digest ? Remember((Part(crop), digest), Make) : Make();

        float[] Make() => _pictures.Encode(reader.Read(source, Encoder.Manifest.Fit, crop));
    }

    /// <summary>Forgets all. The encoder stays open.</summary>
    public void Dispose() => _remembered.Dispose();

    /// <summary>A part of a picture as a text that differs for different parts.</summary>
    public static string Part(CropBox? crop) => crop is { } box ? string.Create(CultureInfo.InvariantCulture, $"{box.X:R},{box.Y:R},{box.Width:R},{box.Height:R}") : "whole";

    private float[] Remember((string, string) key, Func<float[]> make)
    {
        var isKnown = _remembered.TryGetValue(key, out float[]? known);
        _onLookup?.Invoke("vector", isKnown);
        if (isKnown) return known!;
        var made = make();
        _remembered.Set(key, made, new MemoryCacheEntryOptions { Size = 1 });
        return made;
    }

    private static int Lanes(int threadsOfARun) => Math.Max(1, Environment.ProcessorCount / threadsOfARun);

    private float[][] Encode<T>(IReadOnlyList<T> inputs, EncodeAll<T> encode)
    {
        var dimension = Encoder.Dimension;
        var all = new float[inputs.Count * dimension];
        encode(inputs, all);
        return [.. Enumerable.Range(0, inputs.Count).Select(i => all.AsSpan(i * dimension, dimension).ToArray())];
    }

    private delegate void EncodeAll<T>(IReadOnlyList<T> inputs, Span<float> vectors);
}
