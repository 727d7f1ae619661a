using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>Three seconds of what <c>vsearch bench ann-stress</c> does for a minute.</summary>
public sealed class IndexStressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CodeKind.None)]
    [InlineData(CodeKind.Int8)]
    [InlineData(CodeKind.Int4)]
    public void Readers_see_nothing_torn_while_others_write_compact_and_save(CodeKind codes)
    {
        Bench.Ann.StressReport report = Bench.Ann.IndexStress.Run(codes, seconds: 3, _folder.File("index"));
        Assert.True(report.Wrong.Length == 0, string.Join('\n', report.Wrong));
    }
}
