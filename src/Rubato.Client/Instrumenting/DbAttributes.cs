namespace Rubato.Client;

/// <summary>Names of database attributes (OpenTelemetry's conventions 1.24).</summary>
public static class DbAttributes
{
    /// <summary>The product: <c>postgresql</c>.</summary>
    public const string System = "db.system";

    /// <summary>The database.</summary>
    public const string Name = "db.name";

    /// <summary>The statement, without values.</summary>
    public const string Statement = "db.statement";

    /// <summary><c>SELECT</c>, <c>INSERT</c>.</summary>
    public const string Operation = "db.operation";

    /// <summary>The table; the guide's own name.</summary>
    public const string Table = "db.table";
}
