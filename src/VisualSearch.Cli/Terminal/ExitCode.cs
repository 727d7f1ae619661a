namespace VisualSearch.Cli.Terminal;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
}
