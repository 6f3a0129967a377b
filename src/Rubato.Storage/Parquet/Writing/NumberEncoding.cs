using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>Chooses how numbers are written, by size: dictionary for few values, deltas for clustered integers, else plain.</summary>
internal static class NumberEncoding
{
    private const int SampleValues = 4096;

    /// <summary>Deltas must beat plain by a fifth: they take about twice as long to read.</summary>
    private const double MaxDeltaShare = 0.8;

    public static void Choose(ref ChunkValues values, ChunkDictionary dictionary, PageBuffer dictionaryPage, ParquetWriterOptions options)
    {
        ReadOnlySpan<long> numbers = values.Longs;
        if (numbers.IsEmpty)
            return;

        int size = values.Field.Type == ParquetType.Int32 ? 4 : 8;
        double plainBytes = (double)numbers.Length * size;
        double deltaBytes = MayUseDeltas(values.Field, numbers) ? EstimateDeltas(numbers) : double.MaxValue;
        int maxDistinct = (int)Math.Min(numbers.Length * options.MaxDictionaryShare, options.MaxDictionaryBytes / size);
        if (dictionary.TryBuild(numbers, Math.Max(1, maxDistinct)))
        {
            int width = BitPacking.WidthOf(dictionary.Count - 1);
            double dictionaryBytes = (double)dictionary.Count * size + numbers.Length * (double)width / 8;
            if (dictionaryBytes < Math.Min(plainBytes, deltaBytes))
            {
                values.Encoding = ParquetEncoding.RleDictionary;
                values.Codes = dictionary.Codes[..numbers.Length];
                values.CodeWidth = width;
                if (size == 4)
                    ChunkValues.WritePlainInts(dictionary.Numbers, dictionaryPage);
                else
                    ChunkValues.WritePlainLongs(dictionary.Numbers, dictionaryPage);
                return;
            }
        }
        if (deltaBytes < plainBytes * MaxDeltaShare)
            values.Encoding = ParquetEncoding.DeltaBinaryPacked;
    }

    private static double EstimateDeltas(ReadOnlySpan<long> numbers)
    {
        ReadOnlySpan<long> sample = numbers.Slice(numbers.Length / 2 - Math.Min(numbers.Length, SampleValues) / 2, Math.Min(numbers.Length, SampleValues));
        using var trial = new PageBuffer(SampleValues * 9);
        DeltaEncoding.Encode(sample, trial);
        return (double)trial.Length / sample.Length * numbers.Length;
    }

    /// <summary>Doubles have no deltas. 32-bit readers take deltas of 32 bits only, which two 30-bit numbers cannot exceed.</summary>
    private static bool MayUseDeltas(ParquetField field, ReadOnlySpan<long> numbers)
    {
        const long Limit = 1 << 29;
        if (field.Type == ParquetType.Int64)
            return true;
        if (field.Type != ParquetType.Int32)
            return false;
        foreach (long number in numbers)
        {
            if (number is < -Limit or > Limit)
                return false;
        }
        return true;
    }
}
