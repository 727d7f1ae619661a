using System.Reflection;
using VisualSearch.Tests.Qdrant.Contract;
using Xunit.Sdk;

namespace VisualSearch.Tests.Stores;

/// <summary>
/// The kinds of store that a test runs on, each with each of the given values: a folder of this machine, and Qdrant. Qdrant is the contract server, or
/// with VSEARCH_QDRANT_URL a real server or cluster; it is left out where neither is to be had, which <see cref="QdrantStoreTests"/> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllStoresAttribute(params object[] values) : DataAttribute
{
    public const string Embedded = "embedded", Qdrant = "qdrant";

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from kind in ContractFactAttribute.Missing is null || StoreHome.RealServer is not null ? new[] { Embedded, Qdrant } : [Embedded]
        from rest in values.Length == 0 ? [[]] : values.Select(static value => value as object[] ?? [value])
        select (object[])[kind, .. rest];
}
