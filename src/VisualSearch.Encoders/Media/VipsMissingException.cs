namespace VisualSearch.Encoders.Media;

/// <summary>libvips isn't installed, is too old or doesn't start. The message ends with the command that installs it.</summary>
public sealed class VipsMissingException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and the command that installs it.</param>
    /// <param name="innerException">The loader's own error, if there is one.</param>
    public VipsMissingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
