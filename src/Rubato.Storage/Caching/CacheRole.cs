namespace Rubato.Storage.Caching;

/// <summary>What of a block a shared cache keeps: Tempo's roles, as far as Rubato's blocks have such parts (docs/operating/caches.md).</summary>
public enum CacheRole
{
    /// <summary>index.bin, whole: Tempo's roles bloom and trace-id-index.</summary>
    Index,

    /// <summary>The end of data.parquet, with the footer: Tempo's roles parquet-footer, parquet-column-idx and parquet-offset-idx.</summary>
    Footer,

    /// <summary>Every other range of data.parquet: Tempo's role parquet-page.</summary>
    Page,
}
