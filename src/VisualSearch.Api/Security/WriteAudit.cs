namespace VisualSearch.Api.Security;

/// <summary>Writes each request that changes something into the audit log, and refuses it where that can't be done.</summary>
internal sealed class WriteAudit(RequestDelegate next, AuditLog audit, TimeProvider time, ILogger<WriteAudit> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!NeededScope.IsWrite(context))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var request = context.Request;
        AuditEntry entry;
        try
        {
            entry = audit.Begin(new AuditedRequest(time.GetUtcNow(), Caller.IdOf(context), request.Method, request.Path, context.GetRouteValue("collection") as string));
        }
        catch (AuditLogException error)
        {
            log.LogError("{Reason} Writes are refused until it can be.", error.Message);
            await TypedResults.Problem(
                $"Nothing was changed: the server can't write its audit log ({AuditLog.FileName} in its data folder), and makes no change that is not written down. Its log says why.",
                statusCode: StatusCodes.Status503ServiceUnavailable, title: "The audit log can't be written").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        if (long.TryParse(context.GetRouteValue("id") as string, out var asset)) entry.Touch(asset);
        var body = new CountingBody(request.Body);
        request.Body = body;
        context.Features.Set(entry);
        // Before its sender hears of it. The second is for who has gone, and never gets a first byte.
        context.Response.OnStarting(() => Finish(context, entry, body));
        context.Response.OnCompleted(() => Finish(context, entry, body));
        await next(context).ConfigureAwait(false);
    }

    /// <summary>Notes an asset that a request made, for the audit log.</summary>
    public static void Touch(HttpContext context, long assetId) => context.Features.Get<AuditEntry>()?.Touch(assetId);

    private Task Finish(HttpContext context, AuditEntry entry, CountingBody body)
    {
        try
        {
            entry.Finish(context.Response.StatusCode, body.Count);
        }
        catch (IOException error)
        {
            // The write itself is in the log already, and is done.
            log.LogError("The outcome of {Method} {Path} can't be written into the audit log: {Reason}", context.Request.Method, context.Request.Path, error.Message);
        }

        return Task.CompletedTask;
    }
}

/// <summary>A request's body that counts what is read of it: a length is not always announced.</summary>
internal sealed class CountingBody(Stream body) : Stream
{
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Counted(body.Read(buffer, offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Counted(await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Counted(int read)
    {
        Count += read;
        return read;
    }
}
