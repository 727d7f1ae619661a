using System.Net.Http.Headers;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>
/// A file that is not whole yet: <c>NAME.part</c>, and <c>NAME.part.tag</c> with the entity tag that the server sent it under, which tells a
/// later attempt whether the rest belongs to it.
/// </summary>
internal sealed class PartFile(string target)
{
    private readonly string _tagPath = target + ".part.tag";

    /// <summary>Where the bytes are.</summary>
    public string Path { get; } = target + ".part";

    /// <summary>How many there are; 0 where there is no part.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The tag, or null where there is none to rely on.</summary>
    public EntityTagHeaderValue? Tag
        => File.Exists(_tagPath) && EntityTagHeaderValue.TryParse(File.ReadAllText(_tagPath), out EntityTagHeaderValue? tag) ? tag : null;

    /// <summary>Opens it for writing on.</summary>
    /// <param name="begin">How much of it to keep.</param>
    /// <param name="tag">The tag that the server sends; a weak one does not say that bytes are equal, and is not kept.</param>
    public FileStream Open(long begin, EntityTagHeaderValue? tag)
    {
        if (tag is { IsWeak: false })
            File.WriteAllText(_tagPath, tag.ToString());
        else
            File.Delete(_tagPath);
        var stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        stream.SetLength(begin);
        stream.Position = begin;
        return stream;
    }

    /// <summary>Gives the whole file its name.</summary>
    public void Finish()
    {
        File.Move(Path, target, overwrite: true);
        File.Delete(_tagPath);
    }

    /// <summary>Removes it.</summary>
    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_tagPath);
    }
}
