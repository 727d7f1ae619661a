namespace VisualSearch.Encoders.Models;

/// <summary>The checks of single values.</summary>
internal sealed partial class ManifestReader
{
    private T Present<T>(T? value, string at)
        where T : class
        => value ?? throw Fault(at, "is missing");

    private string Filled(string? value, string at) => string.IsNullOrWhiteSpace(value) ? throw Fault(at, "is missing or empty") : value;

    // Name and version become part of the fingerprint, where '@' and '+' divide them.
    private string Word(string? value, string at)
    {
        value = Filled(value, at);
        return value.Length <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? value
            : throw Fault(at, $"is '{value}'; write up to 64 letters, digits, '.', '-' or '_'");
    }

    // A manifest may come from elsewhere: it must not reach out of its own folder.
    private string FileIn(string? value, string at)
    {
        value = Filled(value, at);
        return ModelManifest.IsFileName(value)
            ? value
            : throw Fault(at, $"is '{value}'; write the name of a file in the model's own folder, without a path");
    }

    private int Within(int? value, int least, int most, string at) => value is null
        ? throw Fault(at, "is missing")
        : value >= least && value <= most ? value.Value : throw Fault(at, $"is {value}; write a whole number from {least} to {most}");

    private T OneOf<T>(string? value, string at, params ReadOnlySpan<(string Name, T Value)> known)
    {
        value = Filled(value, at);
        foreach ((string name, T meaning) in known)
        {
            if (name == value)
            {
                return meaning;
            }
        }

        string names = string.Join("' or '", known.ToArray().Select(k => k.Name));
        throw Fault(at, $"is '{value}', which this version does not know; write '{names}'");
    }

    private float[] Three(float[]? values, float least, string what, string at)
    {
        values = Present(values, at);
        return values.Length == 3 && Array.TrueForAll(values, v => float.IsFinite(v) && v >= least)
            ? values
            : throw Fault(at, $"is [{string.Join(", ", values)}]; write {what} each for red, green and blue");
    }

    private string Sha256(string? value, string at)
        => value is { Length: 64 } && value.All(char.IsAsciiHexDigit)
            ? value.ToLowerInvariant()
            : throw Fault(at, $"is '{value}'; write the file's SHA-256 as 64 hexadecimal digits");

    private ModelException Fault(string at, string what) => new($"'{_path}': {at} {what}. Correct it, or install the model again.");
}
