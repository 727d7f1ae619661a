using System.CommandLine;
using VisualSearch.Cli.Commands;
using VisualSearch.Cli.Terminal;

namespace VisualSearch.Cli;

/// <summary>The command line as a whole: a table of its commands.</summary>
internal static class VsearchCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            VisualSearch: search your pictures by picture, by a crop of a picture, by words, or by both at once.

            First steps:
              vsearch demo                          sample pictures, indexed and served
              vsearch index ~/photos                index a folder; again later for what changed
              vsearch search "red boat"             search by words
              vsearch search --image boat.jpg       search by picture
              vsearch ask "who built the bridge?"   an answer, with citations
              vsearch serve                         the page and the API on http://localhost:5080
            """)
        {
            DemoCommand.Create(),
            IndexCommand.Create(),
            SearchCommand.Create(),
            AskCommand.Create(),
            ServeCommand.Create(),
            McpCommand.Create(),
            CollectionsCommand.Create(),
            KeysCommand.Create(),
            ModelsCommand.Create(),
            SamplesCommand.Create(),
            EvalCommand.Create(),
            PlanCommand.Create(),
            DoctorCommand.Create(),
            SharedOptions.Data,
        };
        TaughtCommand.TeachIn(root);
        return root;
    }
}
