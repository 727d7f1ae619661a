using VisualSearch.Cli;
using VisualSearch.Cli.Terminal;

Console.OutputEncoding = System.Text.Encoding.UTF8;
try
{
    // Defaults are made here too, such as the model in use, and what is wrong with them is told like any other fault.
    var parsed = VsearchCommand.Create().Parse(args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine($"vsearch: {error.Message}");
        Console.Error.WriteLine($"See: vsearch {string.Join(' ', CommandPath(parsed))} --help");
        return ExitCode.WrongUsage;
    }

    return await parsed.InvokeAsync(new System.CommandLine.InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = (parsed.CommandResult.Command as TaughtCommand)?.EndsWithin ?? TimeSpan.FromSeconds(2),
    }).ConfigureAwait(false);
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("vsearch: stopped.");
    return ExitCode.Failed;
}
catch (Exception error) when (Faults.Explain(error) is { } fault)
{
    Console.Error.WriteLine($"vsearch: {fault.Message}");
    return fault.ExitCode;
}

static IEnumerable<string> CommandPath(System.CommandLine.ParseResult parsed)
{
    for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is System.CommandLine.Parsing.CommandResult command && command.Parent is not null; result = command.Parent)
    {
        yield return command.Command.Name;
    }
}
