namespace VisualSearch.Search.Evaluation;

/// <summary>Reads the files that evaluations need, and says which one is missing.</summary>
internal static class EvaluationFile
{
    internal static string[] Lines(string path) => Read(path, File.ReadAllLines);

    internal static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EvaluationException(path, 0, $"can't be read: {failure.Message}", failure);
        }
    }
}
