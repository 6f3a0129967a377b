namespace Rubato.Storage.Parquet.Writing;

internal static class PageCuts
{
    /// <summary>The rows of a page: <see cref="ParquetWriterOptions.PageRows"/>, doubled until a page holds enough values.</summary>
    public static int RowsPerPage(int rowCount, int valueCount, ParquetWriterOptions options)
    {
        long rows = options.PageRows;
        while (rows < rowCount && (double)valueCount * rows / rowCount < options.MinPageValues && valueCount < rowCount)
            rows *= 2;
        return (int)Math.Min(rows, int.MaxValue);
    }
}
