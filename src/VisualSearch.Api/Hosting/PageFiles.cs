using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace VisualSearch.Api.Hosting;

/// <summary>
/// The page's files as browsers get them: scripts and style sheets without the comments and the indentation, a fifth of their bytes, that are
/// for those who read the source. All else stays, line for line, so that the line in a browser's error is the line in the source.
/// </summary>
/// <remarks>
/// Only whole lines of comment go, so this needs to know nothing of the languages; in return, no text in a script may run over several
/// lines, as it would lose its indentation. A test reads every file for that.
/// </remarks>
internal sealed class PageFiles(IFileProvider files) : IFileProvider
{
    public IDirectoryContents GetDirectoryContents(string subpath) => files.GetDirectoryContents(subpath);

    public IFileInfo GetFileInfo(string subpath)
    {
        var file = files.GetFileInfo(subpath);
        return file.Exists && Path.GetExtension(file.Name) is ".js" or ".css" ? new Lightened(file) : file;
    }

    public IChangeToken Watch(string filter) => files.Watch(filter);

    /// <summary>Leaves comment lines empty and begins every line at its first letter.</summary>
    internal static string Lighten(string source)
    {
        var light = new StringBuilder(source.Length);
        var inComment = false;
        foreach (var line in source.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            var isComment = inComment || text.StartsWith("//") || text.StartsWith("/*");
            inComment = isComment && (inComment || text.StartsWith("/*")) && !text.EndsWith("*/");
            light.Append(isComment ? [] : text).Append('\n');
        }

        return light.ToString();
    }

    private sealed class Lightened : IFileInfo
    {
        private readonly IFileInfo _file;
        private readonly byte[] _content;

        public Lightened(IFileInfo file)
        {
            _file = file;
            using var reader = new StreamReader(file.CreateReadStream());
            _content = Encoding.UTF8.GetBytes(Lighten(reader.ReadToEnd().TrimEnd()));
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
