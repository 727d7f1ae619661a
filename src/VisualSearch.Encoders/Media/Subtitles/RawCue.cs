namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>A cue as the file has it: times may be reversed or out of order, the text is plain already.</summary>
/// <param name="Line">The line of the file, from 1, that gives the times.</param>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Text">Plain text, not empty.</param>
internal readonly record struct RawCue(int Line, double Start, double End, string Text);
