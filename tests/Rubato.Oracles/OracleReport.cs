namespace Rubato.Oracles;

/// <summary>What was compared, so that a test can see that it was something.</summary>
internal sealed record OracleReport(long Rows, int Columns, long Values, int Questions, int BloomFilteredColumns);
