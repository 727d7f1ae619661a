using System.Text;

namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>
/// A command line with places to fill. It is split into arguments before anything is filled in, so a path with blanks or quotes
/// stays one argument and can't become two.
/// </summary>
internal sealed class CommandTemplate
{
    private static readonly string[] Places = ["{input}", "{wav}", "{output}", "{folder}"];

    private readonly string[] _parts;

    /// <exception cref="ArgumentException">Empty, with an open quote, or without a place for the video.</exception>
    internal CommandTemplate(string command)
    {
        _parts = [.. Split(command)];
        if (_parts.Length == 0 || _parts[0].Length == 0) throw new ArgumentException("The transcription command is empty; give a program and its arguments, such as: whisper-cli -osrt -of {output} -f {wav}");
        if (!Has("{input}") && !Has("{wav}")) throw new ArgumentException($"The transcription command \"{command}\" has no {{input}} and no {{wav}}; put one where the program takes its file.");
    }

    internal string Program => _parts[0];

    internal bool Has(string place) => _parts.Skip(1).Any(part => part.Contains(place, StringComparison.Ordinal));

    /// <summary>The arguments with each place filled; what is filled in is not looked at again.</summary>
    internal IReadOnlyList<string> Fill(IReadOnlyDictionary<string, string> values) => [.. _parts.Skip(1).Select(part => Fill(part, values))];

    private static string Fill(string part, IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder();
        for (int at = 0; at < part.Length;)
        {
            string? place = part[at] == '{' ? Array.Find(Places, name => part.AsSpan(at).StartsWith(name, StringComparison.Ordinal)) : null;
            filled.Append(place is null ? part[at] : values[place]);
            at += place?.Length ?? 1;
        }

        return filled.ToString();
    }

    /// <summary>Blanks separate; single and double quotes keep; a backslash before a quote, a blank or a backslash keeps that letter.</summary>
    private static IEnumerable<string> Split(string command)
    {
        var part = new StringBuilder();
        bool inPart = false;
        char quote = '\0';
        for (int i = 0; i < command.Length; i++)
        {
            char letter = command[i];
            bool escapes = letter == '\\' && quote != '\'' && i + 1 < command.Length && command[i + 1] is '"' or '\'' or '\\' or ' ';
            if (escapes)
            {
                part.Append(command[++i]);
                inPart = true;
            }
            else if (quote != '\0')
            {
                if (letter == quote) quote = '\0';
                else part.Append(letter);
            }
            else if (letter is '"' or '\'')
            {
                (quote, inPart) = (letter, true);
            }
            else if (char.IsWhiteSpace(letter))
            {
                if (inPart) yield return part.ToString();
                part.Clear();
                inPart = false;
            }
            else
            {
                part.Append(letter);
                inPart = true;
            }
        }

        if (quote != '\0') throw new ArgumentException($"The transcription command has an open {quote}: {command}");
        if (inPart) yield return part.ToString();
    }
}
