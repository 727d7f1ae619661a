using Microsoft.Data.Sqlite;

namespace VisualSearch.Search.Catalog;

/// <summary>One connection to a catalog, with its prepared statements; used by one thread at a time.</summary>
internal sealed class CatalogConnection : IDisposable
{
    // A checkpoint or another process's commit holds the write lock for milliseconds, a slow disk for seconds.
    private const int BusyTimeoutMilliseconds = 15_000;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> statements = new(StringComparer.Ordinal);

    private CatalogConnection(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the file to read; the file must exist.</summary>
    public static CatalogConnection OpenToRead(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Opens the file to read and write; makes an empty one where there is none if <paramref name="create"/> says so.</summary>
    public static CatalogConnection OpenToWrite(string path, bool create)
    {
        CatalogConnection opened = Open(path, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);
        try
        {
            // FULL: an acknowledged batch survives power loss, too; NORMAL would only survive a killed process.
            // In KiB: what a batch writes stays until it is committed.
            opened.Execute($"PRAGMA cache_size = -16384; PRAGMA page_size = {CatalogSchema.PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static CatalogConnection Open(string path, SqliteOpenMode mode)
    {
        SqliteLibrary.EnsureLoaded();
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var opened = new CatalogConnection(connection);
            opened.Execute($"PRAGMA busy_timeout = {BusyTimeoutMilliseconds}; PRAGMA temp_store = MEMORY;");
            connection.CreateFunction("fold", (string? text) => text is null ? null : CatalogText.Fold(text), isDeterministic: true);
            return opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes a function available to SQL on this connection.</summary>
    public void AddFunction(string name, Func<long, bool> function) => connection.CreateFunction(name, function);

    /// <summary>Runs statements without parameters, not prepared beforehand.</summary>
    public void Execute(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// A prepared statement with its parameters set, in order, to <c>$1</c>, <c>$2</c> …; prepared once per connection.
    /// A null becomes NULL.
    /// </summary>
    public SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            statements.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>Runs a prepared statement and returns how many rows it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null when there is no row or it is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Statement(sql, values).ExecuteScalar() is object value and not DBNull ? value : null;

    /// <summary>The first column of the first row as an integer; 0 when there is none.</summary>
    public long Integer(string sql, params ReadOnlySpan<object?> values) => Scalar(sql, values) is long value ? value : 0;

    /// <summary>Runs <paramref name="work"/> in one transaction that ends with it: committed, or undone when it throws.</summary>
    public T InTransaction<T>(bool write, Func<T> work)
    {
        Run(write ? "BEGIN IMMEDIATE" : "BEGIN");
        try
        {
            T result = work();
            Run("COMMIT");
            return result;
        }
        catch
        {
            // SQLite itself rolls back on some failures (disk full); a second ROLLBACK would then hide the first error.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                Run("ROLLBACK");
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in statements.Values)
            command.Dispose();
        statements.Clear();
        connection.Dispose();
    }
}
