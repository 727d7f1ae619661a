using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores.Qdrant.Backup;

namespace VisualSearch.Cli.Commands;

/// <summary>A backup's progress on the terminal.</summary>
internal sealed class BackupLine(ProgressLine line) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => line.Show(() =>
    {
        var share = value.Total == 0 ? 1 : (double)value.Done / value.Total;
        var amount = value.IsBytes ? $"{value.Done / 1048576.0:N0} of {value.Total / 1048576.0:N0} MiB" : $"{value.Done:N0} of {value.Total:N0} shards";
        return $"{ProgressLine.Bar(share)} {value.Step}, {amount}";
    });
}
