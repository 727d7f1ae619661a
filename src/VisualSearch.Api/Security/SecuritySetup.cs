using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Security;

/// <summary>Puts keys, rates and the audit log into a server.</summary>
internal static class SecuritySetup
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<KeyRing>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<KeyUse>();
        services.AddHostedService(static provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton(static provider => new AuditLog(provider.GetRequiredService<ApiOptions>().DataFolder));
        services.Configure<OpenApiOptions>("v1", static openApi =>
        {
            var keys = new KeysInOpenApi();
            openApi.AddDocumentTransformer(keys).AddOperationTransformer(keys);
        });
        return services;
    }

    /// <summary>Everything after this is reached only by those who may.</summary>
    public static IApplicationBuilder UseApiKeys(this IApplicationBuilder app) => app.UseMiddleware<ApiKeyGate>().UseMiddleware<WriteAudit>();
}
