namespace VisualSearch.Tests.Media.Video;

/// <summary>How a scripted scene begins.</summary>
internal enum Entrance
{
    Cut,
    Dissolve,
    ThroughBlack,
}

/// <summary>A video whose borders are known, since it is drawn from a script: scenes, their lengths, and how each gives way to the next.</summary>
internal sealed class ScriptedVideo(int width, int height)
{
    private readonly List<Part> parts = [];
    private readonly List<(double From, double To, byte Level)> flashes = [];
    private byte[] other = [];

    public int Width => width;

    public int Height => height;

    public double Seconds { get; private set; }

    /// <summary>When scenes give way to each other: the first frame of a cut, the middle of a transition.</summary>
    public IEnumerable<(double Seconds, Entrance How)> Borders => parts.Skip(1).Select(part => (part.Start, part.How));

    /// <summary>Appends a scene that is on its own or in transition for so long; the transition lies evenly around its border.</summary>
    public ScriptedVideo Add(DrawnScene scene, double seconds, Entrance how = Entrance.Cut, double transition = 0)
    {
        parts.Add(new Part(scene, Seconds, how, how == Entrance.Cut ? 0 : transition));
        Seconds += seconds;
        return this;
    }

    /// <summary>Makes everything bright for a moment.</summary>
    public ScriptedVideo Flash(double at, double seconds, byte level = 255)
    {
        flashes.Add((at, at + seconds, level));
        return this;
    }

    /// <summary>A video of random scenes with random entrances.</summary>
    public static ScriptedVideo Random(int seed, int scenes, int width = 160, int height = 90)
    {
        var random = new Random(seed);
        var video = new ScriptedVideo(width, height);
        for (int i = 0; i < scenes; i++)
        {
            Entrance how = i % 2 == 1 ? Entrance.Cut : random.Next(2) == 0 ? Entrance.Dissolve : Entrance.ThroughBlack;
            double speed = random.Next(3) switch { 0 => 0, 1 => 0.05, _ => random.NextDouble() * 0.25 };
            double light = random.Next(4) == 0 ? 0.35 : 1;
            video.Add(new DrawnScene(random.Next(), speed, light), 2.5 + random.NextDouble() * 3, how, 0.5 + random.NextDouble());
        }

        return video;
    }

    /// <summary>Draws the frame at a time.</summary>
    public void Draw(Span<byte> frame, double seconds)
    {
        int index = parts.FindLastIndex(part => part.Start - part.Transition / 2 <= seconds);
        index = Math.Max(0, index);
        Part part = parts[index];
        part.Scene.Draw(frame, width, height, seconds - part.Start + 10);
        double share = part.Transition == 0 || index == 0 ? 1 : (seconds - part.Start) / part.Transition + 0.5;
        if (share < 1)
        {
            if (other.Length != frame.Length)
                other = new byte[frame.Length];
            Part before = parts[index - 1];
            before.Scene.Draw(other, width, height, seconds - before.Start + 10);
            (double old, double young) = part.How == Entrance.Dissolve
                ? (1 - share, share)
                : (Math.Max(0, 1 - 2 * share), Math.Max(0, 2 * share - 1));
            for (int i = 0; i < frame.Length; i++)
                frame[i] = (byte)(old * other[i] + young * frame[i]);
        }

        foreach ((double from, double to, byte level) in flashes)
        {
            if (seconds < from || seconds >= to)
                continue;
            for (int i = 0; i < frame.Length; i++)
                frame[i] = (byte)((frame[i] + 3 * level) / 4);
        }
    }

    private sealed record Part(DrawnScene Scene, double Start, Entrance How, double Transition);
}
