using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Rag.Models;

/// <summary>Pictures as language models take them.</summary>
public static class ModelPicture
{
    /// <summary>Longer side in pixels: OpenAI's models look at no more than 768 of the shorter one, and tokens grow with the area.</summary>
    private const int Side = 768;

    /// <summary>A picture as JPEG, which every server reads (llama.cpp reads no WebP), upright, without metadata such as where it was taken.</summary>
    /// <param name="reader">Reads pictures.</param>
    /// <param name="source">The picture.</param>
    /// <exception cref="PictureException">The picture can't be read.</exception>
    public static DataContent Read(PictureReader reader, PictureSource source)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new DataContent(reader.Jpeg(source, Side), "image/jpeg");
    }
}
