namespace VisualSearch.Api.Serving;

/// <summary>What serving many at once takes.</summary>
internal static class ServingServices
{
    public static void AddServing(this IServiceCollection services, ServingOptions options)
    {
        WorkerThreads.Reserve(options.SearchesAtOnce);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Admission>();
        services.AddSingleton<Draining>();
        services.AddHostedService(static provider => provider.GetRequiredService<Draining>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain + options.LastRequests);
    }
}
