using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>Chooses how numbers are written, by size: dictionary for few values, deltas for clustered integers, or plain, which zstd likes best.</summary>
internal static class NumberEncoding
{
    public static void Choose(ref ChunkValues values, ChunkDictionary dictionary, PageBuffer dictionaryPage, TrialEncoder trial, ParquetWriterOptions options)
    {
        ReadOnlySpan<long> numbers = values.Longs;
        if (numbers.IsEmpty)
            return;

        int size = values.Field.Type == ParquetType.Int32 ? 4 : 8;
        int maxDistinct = (int)Math.Min(numbers.Length * options.MaxDictionaryShare, options.MaxDictionaryBytes / size);
        bool isFew = dictionary.TryBuild(numbers, Math.Max(1, maxDistinct));
        trial.ChooseNumbers(ref values, isFew ? dictionary : null, dictionary.Count * size);
        if (values.Encoding != ParquetEncoding.RleDictionary)
        {
            values.Codes = default;
            return;
        }
        if (size == 4)
            ChunkValues.WritePlainInts(dictionary.Numbers, dictionaryPage);
        else
            ChunkValues.WritePlainLongs(dictionary.Numbers, dictionaryPage);
    }

    /// <summary>Doubles have no deltas. 32-bit readers take deltas of 32 bits only, which two 30-bit numbers cannot exceed.</summary>
    public static bool MayUseDeltas(ParquetField field, ReadOnlySpan<long> numbers)
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
