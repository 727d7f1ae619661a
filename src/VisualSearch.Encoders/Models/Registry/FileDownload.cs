using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>
/// Fetches one file: into <c>NAME.part</c>, going on where an earlier attempt or process ended, until its digest is right; only then
/// does it get its name.
/// </summary>
/// <remarks>
/// <code>
/// attempt:  Range from the part's length, If-Range with the tag it began under ─► 206 append · 200 begin anew · 416 done or begin anew
///           ─► bytes, each within the stall timeout ─► as long as announced? ─► SHA-256 right? ─► rename
/// passing faults (network, 408, 429, 5xx, truncated, damaged) ─► pause, next attempt;   others ─► end
/// </code>
/// </remarks>
internal sealed class FileDownload(HttpClient client, DownloadOptions options, Func<string, long> freeSpace)
{
    private const int MostRedirects = 10;

    /// <summary>Told how long the part is by now.</summary>
    public Action<long> Progress { get; init; } = static _ => { };

    /// <summary>Told what went wrong before it is tried again.</summary>
    public Action<string> Retrying { get; init; } = static _ => { };

    /// <summary>Fetches a file, unless it is there already.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="expected">What is known of it.</param>
    /// <param name="cancellation">Ends the download; the part stays.</param>
    /// <returns>Its SHA-256, and whether that could be compared with anything.</returns>
    /// <exception cref="DownloadFault">It could not be had.</exception>
    public async Task<(string Sha256, bool WasChecked)> RunAsync(Uri address, string path, RegistryFile expected, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            // Finished by an earlier run, or put there by hand.
            string found = await DigestAsync(path, cancellation).ConfigureAwait(false);
            if (expected.Sha256 is null || expected.Sha256 == found)
            {
                Progress(new FileInfo(path).Length);
                return (found, expected.Sha256 is not null);
            }

            File.Delete(path);
        }

        var part = new PartFile(path);
        string? lastWrong = null;
        ResiliencePipeline pipeline = Pipeline();
        while (true)
        {
            long before = part.Length;
            try
            {
                return await pipeline.ExecuteAsync(async token =>
                {
                    Announced announced = await FetchAsync(address, part, expected, token).ConfigureAwait(false);
                    string digest = await DigestAsync(part.Path, token).ConfigureAwait(false);
                    (string Expected, string Found)? wrong = expected.Sha256 is { } known
                        ? known == digest ? null : (known, digest)
                        : announced.Compare(part.Path, digest);
                    if (wrong is { } difference)
                    {
                        long length = part.Length;
                        part.Delete();
                        string message = $"{address} sent {length:N0} bytes with the digest {difference.Found}, expected {difference.Expected}";
                        if (lastWrong == difference.Found)
                            throw DownloadFault.Final(message + ", twice the same: it is another file.");
                        lastWrong = difference.Found;
                        throw DownloadFault.Passing(message + ": it was damaged on its way");
                    }

                    part.Finish();
                    return (digest, expected.Sha256 is not null || announced.IsSomething);
                }, cancellation).ConfigureAwait(false);
            }
            catch (DownloadFault fault) when (fault.IsPassing && part.Length > before)
            {
                // Slowly, but it comes: a long file over a bad line breaks off more often than a short one may.
                Retrying(fault.Message);
            }
        }
    }

    /// <summary>SHA-256 of a file, in lower-case hexadecimal.</summary>
    public static async Task<string> DigestAsync(string path, CancellationToken cancellation)
    {
        FileStream stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
        }
    }

    private ResiliencePipeline Pipeline() => new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<DownloadFault>(static f => f.IsPassing),
        MaxRetryAttempts = options.Attempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstPause,
        MaxDelay = TimeSpan.FromSeconds(30),
        DelayGenerator = static a => ValueTask.FromResult((a.Outcome.Exception as DownloadFault)?.Pause is { } pause
            ? (TimeSpan?)(pause < TimeSpan.FromMinutes(1) ? pause : TimeSpan.FromMinutes(1))
            : null),
        OnRetry = a =>
        {
            Retrying(a.Outcome.Exception!.Message);
            return ValueTask.CompletedTask;
        },
    }).Build();

    private async Task<Announced> FetchAsync(Uri address, PartFile part, RegistryFile expected, CancellationToken cancellation)
    {
        // Without a tag, only a known digest can tell whether two halves belong together.
        if (part.Tag is null && expected.Sha256 is null)
        {
            part.Delete();
        }

        var announced = new Announced();
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using HttpResponseMessage response = await Network(
            () => SendAsync(address, part, announced, stall), stall, address, cancellation).ConfigureAwait(false);
        long begin = part.Length;
        long? total;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from } range && from == begin:
                total = range.Length;
                break;
            case HttpStatusCode.OK:
                (begin, total) = (0, response.Content.Headers.ContentLength);
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when begin > 0 && response.Content.Headers.ContentRange?.Length == begin:
                return announced;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Delete();
                throw DownloadFault.Passing($"{address} answered with another part of the file than was asked for");
            default:
                throw DownloadFault.Of(response, response.RequestMessage?.RequestUri ?? address);
        }

        if (expected is { Sha256: not null, Bytes: { } known } && total is { } length && known != length)
        {
            throw DownloadFault.Final($"{address} has {length:N0} bytes, but '{expected.Name}' has {known:N0}: it is another file.");
        }

        CheckSpace(part, (total ?? expected.Bytes ?? 0) - begin);
        Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        await CopyAsync(body, part.Open(begin, response.Headers.ETag), stall, address, cancellation).ConfigureAwait(false);
        return total is null || part.Length == total
            ? announced
            : throw DownloadFault.Passing($"{address} ended after {part.Length:N0} of {total:N0} bytes");
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, PartFile part, Announced announced, CancellationTokenSource stall)
    {
        Uri at = address;
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            stall.CancelAfter(options.StallTimeout);
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            if (part.Length > 0)
            {
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
                request.Headers.IfRange = part.Tag is { } tag ? new RangeConditionHeaderValue(tag) : null;
            }

            // Redirects are followed here, since the hub announces the digest in the answer that redirects.
            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            announced.Take(response);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(at, location);
            if (next.Scheme != "https" && (at.Scheme == "https" || next.Scheme != "http"))
            {
                throw DownloadFault.Final($"{at} redirects to {next}, which is not safe.");
            }

            at = next;
        }

        throw DownloadFault.Final($"{address} redirects more than {MostRedirects} times.");
    }

    private async Task CopyAsync(Stream body, FileStream to, CancellationTokenSource stall, Uri address, CancellationToken cancellation)
    {
        await using (to.ConfigureAwait(false))
        {
            byte[] buffer = new byte[1 << 17];
            while (true)
            {
                stall.CancelAfter(options.StallTimeout);
                int read = await Network(() => body.ReadAsync(buffer, stall.Token).AsTask(), stall, address, cancellation).ConfigureAwait(false);
                if (read == 0)
                {
                    to.Flush(flushToDisk: true);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                Progress(to.Position);
            }
        }
    }

    // What the network throws, as a fault that passes; a disk's faults never come through here.
    private async Task<T> Network<T>(Func<Task<T>> call, CancellationTokenSource stall, Uri address, CancellationToken cancellation)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw DownloadFault.Passing($"{address}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw DownloadFault.Passing(
                stall.IsCancellationRequested ? $"{address} sent nothing for {options.StallTimeout.TotalSeconds:0.#} s" : $"{address} could not be reached in time", e);
        }
    }

    private void CheckSpace(PartFile part, long bytes)
    {
        long free = freeSpace(Path.GetDirectoryName(part.Path)!);
        if (bytes > 0 && free < bytes + options.ReserveBytes)
        {
            throw DownloadFault.Final(
                $"'{part.Path}' needs {bytes / 1048576.0:N0} MiB more, but the disk has only {free / 1048576.0:N0} MiB free. "
                + "Free some, or name a data folder on another disk with --data.");
        }
    }
}
