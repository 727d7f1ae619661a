using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace VisualSearch.Api.Security;

/// <summary>Says in the OpenAPI document how keys are sent, and which scope each operation needs.</summary>
internal sealed class KeysInOpenApi : IOpenApiDocumentTransformer, IOpenApiOperationTransformer
{
    private static readonly Dictionary<string, OpenApiSecurityScheme> Schemes = new()
    {
        ["bearerKey"] = new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, as made with `vsearch keys create`. Needed as soon as the server has one." },
        ["headerKey"] = new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "The same key in a header of its own." },
        ["basicKey"] = new() { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "The same key as the password, with any name: what a browser's own prompt sends." },
    };

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var (name, scheme) in Schemes) document.AddComponent<IOpenApiSecurityScheme>(name, scheme);
        return Task.CompletedTask;
    }

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<NeededScope>().LastOrDefault() is not { Scope: { } scope }) return Task.CompletedTask;
        // Any one of the three ways. Since OpenAPI 3.1 the list names roles, also of keys.
        operation.Security = [.. Schemes.Keys.Select(name => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, context.Document)] = [.. scope.Words()] })];
        var needs = $"Where keys are needed: one with the scope `{string.Join("`, `", scope.Words())}`.";
        operation.Description = operation.Description is { Length: > 0 } told ? $"{told} {needs}" : needs;
        if (operation.Responses?.TryGetValue("429", out var tooMany) == true && tooMany is OpenApiResponse { Headers: var headers } response)
        {
            response.Headers = headers ?? new Dictionary<string, IOpenApiHeader>();
            response.Headers["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
        }

        return Task.CompletedTask;
    }
}
