using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Bench.Load;

/// <summary>The server in a process of its own, on a core of its own where there are two, as its clients would have it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address, int cores) => (_process, Address, Cores) = (process, address, cores);

    public Uri Address { get; }

    /// <summary>Cores that the server may use.</summary>
    public int Cores { get; }

    /// <summary>Memory of the server that is in RAM.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts a server over a data folder, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string data, int drainSeconds)
    {
        var cores = Environment.ProcessorCount;
        var apart = cores >= 2 && OperatingSystem.IsLinux();
        var start = new ProcessStartInfo(apart ? "taskset" : Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (apart && OperatingSystem.IsLinux())
        {
            // The clients get the first core and this process's threads on it; the server all others.
            Process.GetCurrentProcess().ProcessorAffinity = 1;
            foreach (var argument in new[] { "-c", cores == 2 ? "1" : $"1-{cores - 1}", Environment.ProcessPath! }) start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("load-server");
        start.Environment["VSEARCH_DATA"] = data;
        start.Environment["VSEARCH_PORT"] = "0";
        start.Environment["VSEARCH_DRAIN_SECONDS"] = drainSeconds.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        try
        {
            return await ReachAsync(process, apart ? cores - 1 : cores).ConfigureAwait(false);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    private static async Task<ServerProcess> ReachAsync(Process process, int cores)
    {
        // Its log comes first.
        string? line;
        do line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        while (line is not null && !line.StartsWith("http", StringComparison.Ordinal));
        var address = new Uri(line ?? throw new InvalidOperationException("The server ended before it listened."));
        var server = new ServerProcess(process, address, cores);
        using var client = new HttpClient { BaseAddress = address };
        while (!(await client.GetAsync("/readyz").ConfigureAwait(false)).IsSuccessStatusCode) await Task.Delay(100).ConfigureAwait(false);
        return server;
    }

    /// <summary>What the process of its own does: <c>load-server</c>.</summary>
    public static async Task<int> ServeAsync()
    {
        await using var app = ApiHost.Create(ApiEnvironment.Read(Environment.GetEnvironmentVariable));
        await app.StartAsync().ConfigureAwait(false);
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        await app.WaitForShutdownAsync().ConfigureAwait(false);
        return 0;
    }

    /// <summary>Tells it to end, as a container's engine does (SIGTERM).</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited && !_process.WaitForExit(TimeSpan.FromSeconds(30))) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }
}
