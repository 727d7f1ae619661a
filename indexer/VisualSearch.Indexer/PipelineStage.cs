namespace VisualSearch.Indexer;

/// <summary>A stage of an offline pipeline: some workers that read from one channel and write to the next.</summary>
internal static class PipelineStage
{
    /// <summary>How many workers a setting asks for: 0 takes one a processor core.</summary>
    public static int Workers(int wanted) => wanted > 0 ? wanted : Environment.ProcessorCount;

    /// <summary>Runs a stage's workers; when the last ends it completes the stage's output, when one fails it stops the run.</summary>
    public static async Task RunAsync(int workers, Func<Task> work, Func<Exception?, bool> complete, CancellationTokenSource stop)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(work))).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            complete(null);
        }
    }

    /// <summary>Waits until all stages of a cancelled run have ended, and throws what one of them failed with.</summary>
    public static async Task SettleAsync(params Task[] stages)
    {
        foreach (var stage in stages) await stage.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stages.FirstOrDefault(static stage => stage.IsFaulted) is { } faulted) await faulted.ConfigureAwait(false);
    }
}
