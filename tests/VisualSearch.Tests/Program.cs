using VisualSearch.Tests.Ann.Durable;

namespace VisualSearch.Tests;

/// <summary>
/// The test assembly as a program: <c>dotnet VisualSearch.Tests.dll PART …</c> plays the part of a process that a test kills or cripples,
/// or makes the fixture files anew. The tests themselves are run by <c>dotnet test</c>, which does not come through here.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["write-until-killed", string folder, string run] => KilledWriter.Run(folder, int.Parse(run)),
        ["meet-a-size-limit", string folder] => SizeLimit.Run(folder),
        ["read-a-video-until-killed", string video] => Media.Video.VideoProcessTests.ReadUntilKilled(video),
        ["make-keys-until-killed", string folder] => Security.KilledKeyWriter.Run(folder),
        ["make-fixtures", string folder] => Fixtures.Make(folder),
        _ => Refuse(),
    };

    private static int Refuse()
    {
        Console.Error.WriteLine("Usage: dotnet VisualSearch.Tests.dll make-fixtures FOLDER. To run the tests: ./vsearch test");
        return 2;
    }
}
