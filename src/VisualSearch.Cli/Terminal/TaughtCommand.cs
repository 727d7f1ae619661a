using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VisualSearch.Cli.Terminal;

/// <summary>A command whose help teaches: the first paragraph of its text stands in lists of commands, the rest closes its own help.</summary>
internal sealed class TaughtCommand : Command
{
    public TaughtCommand(string name, string text)
        : base(name, Paragraphs(text)[0].ReplaceLineEndings(" ")) => Lesson = string.Join("\n\n", Paragraphs(text)[1..]);

    private string Lesson { get; }

    /// <summary>How long the command may take to end when it is told to (Ctrl-C, SIGTERM), before it is ended.</summary>
    public TimeSpan EndsWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Lets the help of every command below <paramref name="root"/> end with its lesson.</summary>
    public static void TeachIn(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Teaching((HelpAction)help.Action!);
    }

    private static string[] Paragraphs(string text) => text.ReplaceLineEndings("\n").Split("\n\n");

    private sealed class Teaching(HelpAction plain) : SynchronousCommandLineAction
    {
        // Help for a command that is not complete yet is help all the same.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = plain.Invoke(parseResult);
            if (parseResult.CommandResult.Command is TaughtCommand { Lesson.Length: > 0 } taught) Console.Out.WriteLine($"{taught.Lesson}\n");
            return exitCode;
        }
    }
}
