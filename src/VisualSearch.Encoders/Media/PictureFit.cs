namespace VisualSearch.Encoders.Media;

/// <summary>How a picture becomes a square.</summary>
public enum ResizeRule
{
    /// <summary>Both sides are forced to the size; the whole picture is kept and its proportions are lost.</summary>
    Squash,

    /// <summary>
    /// The shorter side becomes the size and the middle is cut out, as CLIP's preprocessing does (Radford et al. 2021,
    /// "Learning Transferable Visual Models From Natural Language Supervision"). The longer side is truncated to whole pixels.
    /// </summary>
    CenterCrop,
}

/// <summary>How exactly a picture is resized.</summary>
public enum ResizeQuality
{
    /// <summary>
    /// Lets the JPEG decoder shrink by 2, 4 or 8 while decoding and resizes the rest: the larger the photograph, the more it saves.
    /// Colours are converted from the embedded profile to sRGB.
    /// </summary>
    Fast,

    /// <summary>
    /// Decodes fully and resizes with an anti-aliased kernel, as Pillow does: within 0.35 of 255 on average.
    /// Like Pillow it passes over the profile of RGB and grey pictures, since that is what encoders were trained on.
    /// </summary>
    Reference,
}

/// <summary>How neighbouring pixels are weighted when a picture is resized; a model must be asked with the one it was trained with.</summary>
public enum ResizeKernel
{
    /// <summary>Cubic with a = -0.5, Pillow's <c>BICUBIC</c>: CLIP, SigLIP and most others.</summary>
    Cubic,

    /// <summary>A triangle, Pillow's <c>BILINEAR</c>: MobileCLIP.</summary>
    Linear,
}

/// <summary>The square of pixels that an image encoder wants.</summary>
/// <param name="Size">Side of the square in pixels, 1 to 4096.</param>
/// <param name="Rule">How the picture becomes a square.</param>
/// <param name="Quality">How exactly it is resized.</param>
/// <param name="Kernel">How neighbouring pixels are weighted.</param>
public readonly record struct PictureFit(int Size, ResizeRule Rule, ResizeQuality Quality, ResizeKernel Kernel = ResizeKernel.Cubic);
