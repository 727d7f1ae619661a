using VisualSearch.Search;

namespace VisualSearch.Api.Security;

/// <summary>Keys can't be read or changed; the message says why and what to do.</summary>
public sealed class KeyException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="inner">The cause, where the system reported it.</param>
    public KeyException(string message, Exception? inner = null)
        : base("api-keys", message, inner)
    {
    }
}
