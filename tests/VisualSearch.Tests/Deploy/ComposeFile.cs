using YamlDotNet.Serialization;

namespace VisualSearch.Tests.Deploy;

/// <summary>The part of the Compose specification that our files use: a key beyond it is an error, since nothing here would check it.</summary>
internal sealed record ComposeFile
{
    [YamlMember(Alias = "x-qdrant", ApplyNamingConventions = false)]
    public ComposeService? Qdrant { get; init; }

    [YamlMember(Alias = "x-api", ApplyNamingConventions = false)]
    public ComposeService? Api { get; init; }

    public Dictionary<string, ComposeService> Services { get; init; } = [];

    public Dictionary<string, Dictionary<string, string>> Volumes { get; init; } = [];

    public Dictionary<string, ComposeSecret> Secrets { get; init; } = [];

    /// <summary>A file with what its services extend filled in.</summary>
    public static ComposeFile Load(string name)
    {
        var file = DeployFiles.Read<ComposeFile>(DeployFiles.Text(name));
        return file with
        {
            Services = file.Services.ToDictionary(
                static service => service.Key,
                static service => service.Value.Extends is { } extends ? Load(extends.File).Services[extends.Service] with { Profiles = service.Value.Profiles } : service.Value),
        };
    }
}

internal sealed record ComposeSecret
{
    public string File { get; init; } = "";
}

internal sealed record ComposeService
{
    public string? Image { get; init; }

    public ComposeBuild? Build { get; init; }

    public ComposeExtends? Extends { get; init; }

    public List<string> Profiles { get; init; } = [];

    public List<string> Command { get; init; } = [];

    public string? User { get; init; }

    public bool Init { get; init; }

    public bool ReadOnly { get; init; }

    public List<string> Tmpfs { get; init; } = [];

    public List<string> CapDrop { get; init; } = [];

    public List<string> SecurityOpt { get; init; } = [];

    public Dictionary<string, string> Environment { get; init; } = [];

    public List<string> Volumes { get; init; } = [];

    public List<string> Secrets { get; init; } = [];

    public List<string> Ports { get; init; } = [];

    public Dictionary<string, ComposeNetwork> Networks { get; init; } = [];

    public Dictionary<string, ComposeDependency> DependsOn { get; init; } = [];

    public ComposeHealth? Healthcheck { get; init; }

    public string? StopGracePeriod { get; init; }

    public string? Restart { get; init; }

    public int PidsLimit { get; init; }

    public ComposeDeploy? Deploy { get; init; }

    public ComposeLogging? Logging { get; init; }

    /// <summary>Its variables, filled in from those of the machine.</summary>
    public Dictionary<string, string> Settings(Func<string, string?> variable) =>
        Environment.ToDictionary(static pair => pair.Key, pair => DeployFiles.Fill(pair.Value, variable));
}

internal sealed record ComposeBuild
{
    public string Context { get; init; } = "";

    public string Dockerfile { get; init; } = "";
}

internal sealed record ComposeExtends
{
    public string File { get; init; } = "";

    public string Service { get; init; } = "";
}

internal sealed record ComposeNetwork
{
    public List<string> Aliases { get; init; } = [];
}

internal sealed record ComposeDependency
{
    public string Condition { get; init; } = "";
}

internal sealed record ComposeHealth
{
    public List<string> Test { get; init; } = [];

    public string Interval { get; init; } = "";

    public string Timeout { get; init; } = "";

    public int Retries { get; init; }

    public string StartPeriod { get; init; } = "0s";
}

internal sealed record ComposeDeploy
{
    public ComposeResources Resources { get; init; } = new();
}

internal sealed record ComposeResources
{
    public Dictionary<string, string> Limits { get; init; } = [];
}

internal sealed record ComposeLogging
{
    public string Driver { get; init; } = "";

    public Dictionary<string, string> Options { get; init; } = [];
}
