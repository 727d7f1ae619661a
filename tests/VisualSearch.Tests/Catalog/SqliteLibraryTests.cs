using System.Runtime.InteropServices;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Tests.Catalog;

public sealed class SqliteLibraryTests
{
    [Fact]
    public void The_systems_library_is_used_where_it_suits_and_the_other_one_says_why()
    {
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 35, 5));
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libsqlite3.so.0", out _))
            Assert.StartsWith("system", SqliteLibrary.Origin, StringComparison.Ordinal);
        else
            Assert.Matches(@"^bundled \(.+\)$", SqliteLibrary.Origin);
    }
}
