using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Videos.Stories;

namespace VisualSearch.Samples.Videos;

/// <summary>A span of a video, in seconds.</summary>
internal sealed record Moment(string Video, double Start, double End);

/// <summary>A query with every moment that answers it, the one it was made for first.</summary>
internal sealed record MomentQuery(string Id, string Text, string Kind, IReadOnlyList<Moment> Moments);

/// <summary>
/// Judged queries for moments of a set's videos, of three kinds: what is seen and nobody speaks of (<c>visual</c>), what is said and no
/// picture shows (<c>spoken</c>), and a thing that is only seen with a fact that is only said (<c>both</c>).
/// </summary>
/// <remarks>A query is judged against all shots of all videos by the words it was made from, so one that fits several moments has them all.</remarks>
internal static class VideoQueries
{
    internal static IReadOnlyList<MomentQuery> Build(VideoSet set)
    {
        var queries = new List<MomentQuery>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Add(string text, string kind, Moment made, Func<VideoPlan, Shot, IEnumerable<Moment>> fitting)
        {
            if (!seen.Add(text)) return;
            IEnumerable<Moment> all = set.Videos.SelectMany(video => video.Shots.SelectMany(shot => fitting(video, shot)));
            queries.Add(new MomentQuery($"{kind[0]}{1 + queries.Count(query => query.Kind == kind):D3}", text, kind, [made, .. all.Where(moment => moment != made).Distinct()]));
        }

        foreach (VideoPlan video in set.Videos)
        {
            foreach (Shot shot in video.Shots)
            {
                string thing = Caption.Phrase(shot.Subject, withColor: true, withSize: false), place = shot.Scene.Backdrop.Phrase;
                Mover? comes = shot.Movers.FirstOrDefault(mover => mover.Group == shot.Subject);
                if (shot.Fact is { } fact && shot.IsNamed)
                {
                    Add(fact.Wish, "spoken", Spoken(video, shot), (other, at) => at.Fact?.Wish == fact.Wish ? [Spoken(other, at)] : []);
                }
                else if (shot.Fact is { } told)
                {
                    Add($"{thing} {told.Gist}", "both", Spoken(video, shot), (other, at) => at.Fact?.Gist == told.Gist && Same(at.Subject, shot.Subject) ? [Spoken(other, at)] : []);
                }
                else
                {
                    string text = comes is null ? $"{thing} {place}" : $"{thing} {comes.Motion} {place}";
                    Add(text, "visual", Seen(video, shot), (other, at) => Shows(other, at, shot.Subject, shot.Scene));
                }

                foreach (Mover visitor in shot.Movers.Where(mover => mover != comes))
                {
                    string text = $"{Caption.Phrase(visitor.Group, withColor: true, withSize: false)} {visitor.Motion} {place}";
                    Add(text, "visual", Seen(video, shot), (other, at) => Shows(other, at, visitor.Group, shot.Scene));
                }
            }
        }

        return queries;
    }

    /// <summary>When the narration of a shot is heard.</summary>
    internal static Moment Spoken(VideoPlan video, Shot shot) => new(video.RelativePath, shot.Lines[0].Start, shot.Lines[^1].End);

    private static Moment Seen(VideoPlan video, Shot shot) => new(video.RelativePath, video.Time(shot.FirstFrame), video.Time(shot.EndFrame));

    private static IEnumerable<Moment> Shows(VideoPlan video, Shot shot, ThingGroup wanted, Scene scene)
    {
        bool there = shot.Scene.Backdrop == scene.Backdrop
            && (Same(shot.Subject, wanted) || shot.Movers.Any(mover => Same(mover.Group, wanted)));
        return there ? [Seen(video, shot)] : [];
    }

    private static bool Same(ThingGroup group, ThingGroup wanted) => group.Thing.Is(wanted.Thing.Name) && group.Color == wanted.Color;
}
