using VisualSearch.Encoders.Media;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Decode;

/// <summary>
/// A video whose keyframes are with the encoder: it gathers their vectors, which come back in any order and from several workers, and is a
/// row when the last of them and the video's end are there. One that could not be read to its end never becomes a row.
/// </summary>
public sealed class VideoAssembly
{
    private readonly Lock _adding = new();
    private readonly List<(double Start, double End, KeyframeWrite[] Keyframes)> _shots = [];
    private Func<IReadOnlyList<ShotWrite>, AssetWrite>? _finish;
    private int _awaited = 1;

    /// <summary>Notes a shot.</summary>
    /// <param name="start">Where it begins, in seconds.</param>
    /// <param name="end">Where it ends, in seconds.</param>
    /// <param name="keyframes">When its keyframes are shown, and their pixels for the encoder.</param>
    /// <returns>One to embed for each keyframe.</returns>
    public IReadOnlyList<IDecoded> Add(double start, double end, IReadOnlyList<(double Seconds, RgbPicture Input)> keyframes)
    {
        var writes = new KeyframeWrite[keyframes.Count];
        lock (_adding)
        {
            _shots.Add((start, end, writes));
            _awaited += writes.Length;
        }

        return [.. keyframes.Select((frame, place) => new DecodedKeyframe(this, writes, place, frame.Seconds, frame.Input))];
    }

    /// <summary>The video's end: how its row is made of its shots.</summary>
    /// <param name="finish">Called once, by the worker that has the last vector.</param>
    public IDecoded End(Func<IReadOnlyList<ShotWrite>, AssetWrite> finish)
    {
        _finish = finish;
        return new DecodedEnd(this);
    }

    private AssetWrite? Arrived()
    {
        lock (_adding)
        {
            if (--_awaited > 0) return null;
        }

        return _finish!([.. _shots.Select(static shot => new ShotWrite(shot.Start, shot.End, shot.Keyframes))]);
    }

    private sealed class DecodedKeyframe(VideoAssembly video, KeyframeWrite[] writes, int place, double seconds, RgbPicture input) : IDecoded
    {
        public RgbPicture? Input => input;

        public AssetWrite? Embedded(ReadOnlyMemory<float> vector)
        {
            writes[place] = new KeyframeWrite(seconds, vector);
            return video.Arrived();
        }
    }

    private sealed class DecodedEnd(VideoAssembly video) : IDecoded
    {
        public RgbPicture? Input => null;

        public AssetWrite? Embedded(ReadOnlyMemory<float> vector) => video.Arrived();
    }
}
