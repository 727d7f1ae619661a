using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

/// <summary>The process that <see cref="KilledKeysTests"/> kills: makes keys until the end, and says each one's id when it is made.</summary>
internal static class KilledKeyWriter
{
    public static int Run(string folder)
    {
        while (true)
        {
            Console.Out.WriteLine(new KeyFile(folder).Create(new NewKey { Scopes = ApiScope.Search }).Stored.Id);
            Console.Out.Flush();
        }
    }
}
