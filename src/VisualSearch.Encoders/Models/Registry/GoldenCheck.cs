using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>One comparison.</summary>
/// <param name="Name">What was embedded.</param>
/// <param name="IsRight">Whether it came out as it should.</param>
/// <param name="Found">The figure found, and what it should be.</param>
public sealed record GoldenResult(string Name, bool IsRight, string Found);

/// <summary>What a model's golden vectors say of it.</summary>
/// <param name="Origin">Where the expected values come from, and so what they can show.</param>
/// <param name="Results">Each comparison.</param>
public sealed record GoldenReport(string Origin, IReadOnlyList<GoldenResult> Results)
{
    /// <summary>Whether all is as it should be.</summary>
    public bool IsRight => Results.All(r => r.IsRight);
}

/// <summary>
/// Embeds fixed inputs and compares with stored vectors. It is there for a common silent fault: a wrong resize, swapped colours, a
/// forgotten mean or a wrong tokenizer give vectors that look like any others, and search merely gets worse.
/// </summary>
public static class GoldenCheck
{
    // The optimised graph adds in another order than PyTorch, and other processors in another one again: 0.99999 and more, measured.
    private const float LeastCosine = 0.9999f;

    // A file is decoded and resized by libvips here and by Pillow there: 0.99998 with the default model. With the wrong kernel it
    // is 0.9987, without the mean 0.974, with the wrong resize rule 0.894.
    private const float LeastFileCosine = 0.9995f;

    /// <summary>Checks a model folder. The files' digests are another matter (<see cref="ModelManifest.VerifyFiles"/>).</summary>
    /// <exception cref="ModelException">The model can't be used, or its golden.json can't be read.</exception>
    public static GoldenReport Run(string folder)
    {
        GoldenFile? golden = GoldenFile.Read(folder);
        if (golden is null)
        {
            return new GoldenReport($"no {GoldenFile.Name} in '{folder}': whether it computes what it should can't be told", []);
        }

        using var model = new GoldenModel(folder);
        float least = golden.LeastCosine ?? LeastCosine;
        var results = new List<GoldenResult>();
        foreach (GoldenText text in golden.Texts ?? [])
        {
            results.Add(Check(model, text, least));
        }

        foreach (GoldenPicture picture in golden.Pictures ?? [])
        {
            results.Add(Alike($"picture {picture.Name}", model.Drawn(picture.Name), picture.Vector, least));
        }

        foreach (GoldenStored file in golden.Files ?? [])
        {
            float leastOfFile = golden.Origin == GoldenFile.Recorded ? least : Math.Min(least, LeastFileCosine);
            results.Add(Alike($"file {file.Name}", model.Stored(), file.Vector, leastOfFile));
        }

        results.AddRange(Published(model, golden.Published));
        return new GoldenReport(Origin(golden), results);
    }

    private static string Origin(GoldenFile golden) => (golden.Origin, golden.Published) switch
    {
        (GoldenFile.Recorded, null) =>
            "its own vectors, recorded when it was installed: later damage shows, but nothing says that they were right from the start",
        (GoldenFile.Recorded, { } published) =>
            $"values published by {published.Source}, and its own vectors, recorded when it was installed",
        _ => "vectors computed where it was trained, by PyTorch and Pillow",
    };

    private static GoldenResult Check(GoldenModel model, GoldenText text, float least)
    {
        string shown = text.Text.Length <= 40 ? text.Text : text.Text[..40] + "…";
        string name = $"{text.Role ?? "text"} '{shown}'";
        if (text.Ids is not null && !text.Ids.AsSpan().SequenceEqual(model.Ids(text.Text)))
        {
            return new GoldenResult(name, false, $"token ids {string.Join(' ', model.Ids(text.Text))}, expected {string.Join(' ', text.Ids)}");
        }

        TextRole role = text.Role == "passage" ? TextRole.Passage : TextRole.Query;
        return Alike(name, model.Text(text.Text, role), text.Vector, least);
    }

    private static IEnumerable<GoldenResult> Published(GoldenModel model, PublishedDocument? published)
    {
        foreach (LeadingDocument leading in published?.Leading ?? [])
        {
            float[] found = model.Text(leading.Text, null)[..leading.Values.Length];
            bool right = found.Zip(leading.Values).All(p => Math.Abs(p.First - p.Second) <= leading.Tolerance);
            yield return new GoldenResult(
                $"published vector of '{leading.Text}'", right, $"begins {Show(found)}, expected {Show(leading.Values)} ± {leading.Tolerance}");
        }

        foreach (CosineDocument pair in published?.Cosines ?? [])
        {
            float found = TensorPrimitives.Dot<float>(model.Text(pair.First, null), model.Text(pair.Second, null));
            yield return new GoldenResult(
                $"published cosine of '{pair.First}' and '{pair.Second}'", Math.Abs(found - pair.Cosine) <= pair.Tolerance,
                $"{found:F4}, expected {pair.Cosine:F4} ± {pair.Tolerance}");
        }
    }

    private static GoldenResult Alike(string name, float[] found, float[]? expected, float least)
    {
        if (expected is null || found.Length != expected.Length)
        {
            return new GoldenResult(name, false, $"{found.Length} dimensions, expected {expected?.Length ?? 0}");
        }

        float cosine = TensorPrimitives.CosineSimilarity<float>(found, expected);
        return new GoldenResult(name, cosine >= least, $"cosine {cosine:F5}, at least {least} expected");
    }

    private static string Show(float[] values) => $"[{string.Join(", ", values.Select(v => v.ToString("F4")))}]";
}
