namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A test that needs Qdrant's OpenAPI document: skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute
{
    public ContractFactAttribute() => Skip = Missing;

    internal static string? Missing { get; } = SharedData.Path(OpenApiContract.File) is null
        ? $"Needs development data: '{string.Join('/', OpenApiContract.File)}' in ../shared, or in the folder that VSEARCH_SHARED names."
        : null;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractTheoryAttribute : TheoryAttribute
{
    public ContractTheoryAttribute() => Skip = ContractFactAttribute.Missing;
}
