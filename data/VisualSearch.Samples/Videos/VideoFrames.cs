namespace VisualSearch.Samples.Videos;

/// <summary>Draws the frames of a video one after the other: shots, what leads from one to the next, and flashes.</summary>
internal sealed class VideoFrames(VideoPlan plan)
{
    private readonly Dictionary<int, ShotPicture> _pictures = [];
    private readonly byte[] _other = new byte[plan.Width * plan.Height * 3];

    /// <summary>Bytes of a frame: red, green, blue.</summary>
    internal int Length => _other.Length;

    internal void Draw(int frame, Span<byte> target)
    {
        int at = 0;
        while (frame >= plan.Shots[at].EndFrame) at++;
        Shot shot = plan.Shots[at];
        int half = shot.TransitionFrames / 2, nextHalf = at + 1 < plan.Shots.Count ? plan.Shots[at + 1].TransitionFrames / 2 : 0;
        Picture(at).Draw(frame, target);
        if (frame < shot.FirstFrame + half)
        {
            // Within the second half of the transition into this shot; 0.5 in its middle.
            double share = (frame - shot.FirstFrame + half + 0.5) / (2 * half);
            if (shot.Into == TransitionKind.Fade) Darken(target, (share * 2) - 1);
            else BlendWith(at - 1, frame, 1 - share, target);
        }
        else if (frame >= shot.EndFrame - nextHalf)
        {
            double share = (frame - shot.EndFrame + nextHalf + 0.5) / (2 * nextHalf);
            if (plan.Shots[at + 1].Into == TransitionKind.Fade) Darken(target, 1 - (share * 2));
            else BlendWith(at + 1, frame, share, target);
        }

        if (shot.Flashes.Contains(frame)) Brighten(target);
    }

    /// <summary>A shot's picture, kept while it and its neighbours are drawn.</summary>
    private ShotPicture Picture(int at)
    {
        if (!_pictures.TryGetValue(at, out ShotPicture? picture))
        {
            foreach (int old in _pictures.Keys.Where(key => key < at - 1).ToArray()) _pictures.Remove(old);
            _pictures[at] = picture = new ShotPicture(plan, plan.Shots[at]);
        }

        return picture;
    }

    private void BlendWith(int at, int frame, double share, Span<byte> target)
    {
        Picture(at).Draw(frame, _other);
        int weight = (int)(share * 256);
        for (int i = 0; i < target.Length; i++) target[i] = (byte)(target[i] + (((_other[i] - target[i]) * weight) >> 8));
    }

    private static void Darken(Span<byte> target, double light)
    {
        int weight = (int)(Math.Clamp(light, 0, 1) * 256);
        for (int i = 0; i < target.Length; i++) target[i] = (byte)((target[i] * weight) >> 8);
    }

    private static void Brighten(Span<byte> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = (byte)(target[i] + (((255 - target[i]) * 210) >> 8));
    }
}
