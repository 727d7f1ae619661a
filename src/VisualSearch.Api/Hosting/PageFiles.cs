using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace VisualSearch.Api.Hosting;

/// <summary>
/// The page's files as browsers get them: scripts and style sheets without the comments, the indentation and the blanks around operators, a
/// quarter of their bytes, that are for those who read the source. All else stays, line for line, so that the line in a browser's error is
/// the line in the source.
/// </summary>
/// <remarks>
/// Comments go by whole lines, and blanks only from lines without a slash (which may begin a regular expression) and outside of texts, so this
/// needs to know next to nothing of the languages; in return, no text in a script may run over several lines, as it would lose its
/// indentation. A test reads every file for that.
/// </remarks>
internal sealed partial class PageFiles(IFileProvider files) : IFileProvider
{
    public IDirectoryContents GetDirectoryContents(string subpath) => files.GetDirectoryContents(subpath);

    public IFileInfo GetFileInfo(string subpath)
    {
        var file = files.GetFileInfo(subpath);
        return file.Exists && Path.GetExtension(file.Name) is ".js" or ".css" ? new Lightened(file) : file;
    }

    public IChangeToken Watch(string filter) => files.Watch(filter);

    /// <summary>Leaves comment lines empty, begins every line at its first letter, and takes the blanks around operators.</summary>
    internal static string Lighten(string source, bool isStyle)
    {
        var light = new StringBuilder(source.Length);
        var inComment = false;
        foreach (var line in source.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            var isComment = inComment || text.StartsWith("//") || text.StartsWith("/*");
            inComment = isComment && (inComment || text.StartsWith("/*")) && !text.EndsWith("*/");
            light.Append(isComment ? "" : Tighten(text.ToString(), isStyle)).Append('\n');
        }

        return light.ToString();
    }

    private static string Tighten(string line, bool isStyle)
    {
        // A text within a text would end the outer one here.
        if (line.Contains('/') || line.AsSpan().Count('`') > 2) return line;
        var blanks = isStyle ? StyleBlanks() : ScriptBlanks();
        return string.Concat(Texts().Split(line).Select(part => part.Length > 0 && "\"'`".Contains(part[0]) ? part : blanks.Replace(part, "$1$2")));
    }

    [GeneratedRegex("(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)")]
    private static partial Regex Texts();

    // No plus or minus: "a - -b" is not "a--b".
    [GeneratedRegex(@" ?(=>|===|!==|&&|\|\||\?\?|[=,{};?:<>*])() ?")]
    private static partial Regex ScriptBlanks();

    // Before a colon or a comma, a blank may belong to a selector.
    [GeneratedRegex(@"(?: *([{};]) *|([:,]) +)")]
    private static partial Regex StyleBlanks();

    private sealed class Lightened : IFileInfo
    {
        private readonly IFileInfo _file;
        private readonly byte[] _content;

        public Lightened(IFileInfo file)
        {
            _file = file;
            using var reader = new StreamReader(file.CreateReadStream());
            _content = Encoding.UTF8.GetBytes(Lighten(reader.ReadToEnd().TrimEnd(), Path.GetExtension(file.Name) == ".css"));
        }

        public bool Exists => true;

        public long Length => _content.Length;

        // The content is not the file's: it can't be sent from there.
        public string? PhysicalPath => null;

        public string Name => _file.Name;

        public DateTimeOffset LastModified => _file.LastModified;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => new MemoryStream(_content, writable: false);
    }
}
