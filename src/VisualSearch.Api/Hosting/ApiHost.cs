using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.FileProviders;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Endpoints;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;
using VisualSearch.Api.Telemetry;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Evaluation.Lab;

namespace VisualSearch.Api.Hosting;

/// <summary>Puts the server together: the API, its documents and the page.</summary>
public static class ApiHost
{
    /// <summary>A server that is ready to run.</summary>
    /// <param name="options">What to serve and where.</param>
    /// <exception cref="ApiOptionsException">The options can't be used.</exception>
    public static WebApplication Create(ApiOptions options)
    {
        options = options.Validated();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Logging.SetMinimumLevel(options.Verbose ? LogLevel.Information : LogLevel.Warning);
        builder.Logging.AddFilter(typeof(Readiness).FullName, LogLevel.Information);
        builder.Logging.AddFilter(typeof(CollectionRegistry).FullName, LogLevel.Information);
        // Ours are the only lines that say what to do; the framework repeats each unhandled exception otherwise.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        AddServices(builder.Services, options);
        builder.AddTelemetry(options);

        var app = builder.Build();
        app.Use(app.Services.GetRequiredService<Draining>().CloseAfterReply);
        app.UseTelemetry();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseSecurityHeaders();
        app.UseApiKeys();
        app.UseResponseCompression();
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PageFiles(new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"))), OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache" });
        app.UseSwaggerUI(static ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "VisualSearch API";
            ui.SwaggerEndpoint("/openapi/v1.json", "VisualSearch v1");
        });
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealth();
        app.MapMetrics();
        app.MapCollections();
        app.MapSearch();
        app.MapAsk();
        app.MapAssets();
        app.MapLab();
        app.MapEmbeddings();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        // A body that trickles in would hold its connection and buffer for as long as its sender likes.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
        if (options.Host == "localhost") kestrel.ListenLocalhost(options.Port);
        else kestrel.Listen(System.Net.IPAddress.Parse(options.Host), options.Port);
    }

    private static void AddServices(IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new PictureReader(options.PictureLimits));
        services.AddApiKeys();
        services.AddSingleton<CollectionRegistry>();
        services.AddSingleton<EmbeddingModels>();
        services.AddSingleton<ThumbnailCache>();
        services.AddSingleton<AnnLab>();
        // One for all: it counts the answers of a minute.
        services.AddSingleton(provider => Answerers.Create(options.ChatModel, provider.GetRequiredService<PictureReader>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddServing(options.Serving);
        services.AddSingleton<Readiness>();
        services.AddHostedService(static provider => provider.GetRequiredService<Readiness>());
        services.AddProblemDetails(static problems => problems.CustomizeProblemDetails = static problem =>
        {
            problem.ProblemDetails.Detail ??= StatusAdvice.For(problem.HttpContext);
            OpenAiError.AddTo(problem);
        });
        services.AddExceptionHandler<ProblemMapping>();
        services.AddOpenApi("v1", static openApi => openApi.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info.Title = "VisualSearch";
            document.Info.Description = "Search pictures by picture, crop, words, or all at once. Errors are RFC 9457 problem details that name the field.";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(static json => ContractJson.Configure(json.SerializerOptions));
        services.AddResponseCompression();
        services.AddHostFiltering(hosts =>
        {
            // A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding); the Host header gives it away.
            hosts.AllowedHosts = options.IsLoopback ? ["localhost", "127.0.0.1", "[::1]"] : ["*"];
        });
    }
}
