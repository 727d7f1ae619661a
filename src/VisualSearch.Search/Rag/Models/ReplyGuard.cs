using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// Stands between the network and the OpenAI package: a reply that is no answer becomes a <see cref="ChatModelException"/> here, before the
/// package reads it. The package would read an error's body without any time limit, and would take an HTML page for an empty answer.
/// </summary>
internal sealed class ReplyGuard(HttpMessageHandler inner, ChatFaults faults) : DelegatingHandler(inner)
{
    /// <summary>The most bytes of one reply. 100,000 tokens, each in an event of its own of 300 bytes, are 30 MB; an endless line would be all of memory.</summary>
    internal const long MostBytes = 64L << 20;

    /// <summary>The most bytes of an error's text that are read.</summary>
    private const int MostErrorBytes = 64 << 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage reply;
        try
        {
            reply = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException cause) when (cause.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse)
        {
            throw faults.CutOff(cause);
        }
        catch (HttpRequestException cause)
        {
            throw faults.Unreachable(cause);
        }
        catch (TaskCanceledException slow) when (slow.GetBaseException() is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // No connection within ConnectTimeout; .NET calls that a cancellation, though nobody cancelled.
            throw faults.Unreachable(slow.GetBaseException());
        }

        try
        {
            if (reply.StatusCode != HttpStatusCode.OK)
                throw faults.FromStatus((int)reply.StatusCode, await ErrorTextAsync(reply, cancellationToken).ConfigureAwait(false), RetryAfter(reply.Headers));
            string? type = reply.Content.Headers.ContentType?.MediaType;
            if (type is not (null or "application/json" or "text/event-stream"))
                throw faults.BadReply($"\"{type}\" in place of an answer");
            Stream stream = await reply.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var guarded = new StreamContent(new GuardedStream(stream, reply.Content, faults));
            foreach (var header in reply.Content.Headers)
                guarded.Headers.TryAddWithoutValidation(header.Key, header.Value);
            reply.Content = guarded;
            return reply;
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    private static async Task<string> ErrorTextAsync(HttpResponseMessage reply, CancellationToken cancellation)
    {
        byte[] bytes = new byte[MostErrorBytes];
        int length = 0;
        try
        {
            Stream stream = await reply.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception cause) when (cause is IOException or HttpRequestException)
        {
            // The status says enough; that its explanation was cut off adds nothing.
            length = 0;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        TimeSpan? pause = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => null,
        };
        // OpenAI and Azure name it in milliseconds, too, which is more exact.
        if (headers.TryGetValues("retry-after-ms", out var values) && double.TryParse(values.First(), out double milliseconds) && milliseconds is >= 0 and < 1e9)
            pause = TimeSpan.FromMilliseconds(milliseconds);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    /// <summary>The body of a reply: bounded, and saying what a break in it means.</summary>
    private sealed class GuardedStream(Stream inner, HttpContent owner, ChatFaults faults) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _read += count;
                return _read <= MostBytes ? count : throw faults.BadReply($"more than {MostBytes >> 20} MiB");
            }
            catch (Exception cause) when (cause is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
            {
                throw faults.CutOff(cause);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
            => throw new NotSupportedException("A model's reply is read asynchronously: a thread would wait as long as the model writes.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                owner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
