using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// Chooses how a chunk is written by writing a page of it in each way that may pay and weighing the results, zstd included: a page out of 16
/// or 32 costs little, and rules of thumb about cardinality were wrong for most columns of spans (docs/internals/block-bytes.md). What won for a full sample
/// of a column is taken again in the file's next row groups, as long as it is still possible.
/// </summary>
internal sealed class TrialEncoder(PageCompressor compressor, ParquetWriterOptions options) : IDisposable
{
    /// <summary>A compressed form must be this much smaller than a plain one: it costs time at every read.</summary>
    private const double MaxShare = 0.95;

    private const int SampleValues = 4096;
    private const int SampleStrings = 2048;

    private readonly PageBuffer _page = new(64 << 10);
    private readonly Dictionary<ParquetField, Choice> _choices = [];
    private double _best;

    private readonly record struct Choice(ParquetEncoding Encoding, bool HasDictionary, bool IsAligned, bool MayCompress, int Effort);

    /// <summary>Values of an INT32, INT64 or DOUBLE chunk; <paramref name="dictionary"/> is the built one, or null when there are too many values.</summary>
    public void ChooseNumbers(ref ChunkValues values, ChunkDictionary? dictionary, int dictionaryBytes)
    {
        int dictionaryCount = dictionary?.Count ?? 0;
        if (dictionary is not null)
            values.Codes = dictionary.Codes[..values.Count];
        bool mayUseDeltas = NumberEncoding.MayUseDeltas(values.Field, values.Longs);
        if (IsKnown(ref values, dictionaryCount) && (mayUseDeltas || values.Encoding != ParquetEncoding.DeltaBinaryPacked))
            return;
        Begin();
        Try(ref values, values with { Encoding = ParquetEncoding.Plain }, 0);
        if (mayUseDeltas)
            Try(ref values, values with { Encoding = ParquetEncoding.DeltaBinaryPacked }, 0);
        if (dictionary is not null)
            TryCodes(ref values, dictionaryCount, dictionaryBytes);
        Remember(values, dictionaryCount);
    }

    /// <summary>A chunk whose codes go by dictionary: how wide they are.</summary>
    public void ChooseCodes(ref ChunkValues values, int dictionaryCount)
    {
        if (IsKnown(ref values, dictionaryCount))
            return;
        Begin();
        TryCodes(ref values, dictionaryCount, 0);
        Remember(values, dictionaryCount);
    }

    /// <summary>Strings without a dictionary: lengths before each or all together in front.</summary>
    public void ChooseStrings(ref ChunkValues values)
    {
        if (options.LengthsInFront is { } forced)
        {
            values.Encoding = forced ? ParquetEncoding.DeltaLengthByteArray : ParquetEncoding.Plain;
            return;
        }
        if (IsKnown(ref values, dictionaryCount: 0))
            return;
        Begin();
        Try(ref values, values with { Encoding = ParquetEncoding.Plain }, 0);
        Try(ref values, values with { Encoding = ParquetEncoding.DeltaLengthByteArray }, 0);
        Remember(values, dictionaryCount: 0);
    }

    public void Dispose() => _page.Dispose();

    private void Begin() => _best = double.MaxValue;

    private bool IsKnown(ref ChunkValues values, int dictionaryCount)
    {
        if (!_choices.TryGetValue(values.Field, out Choice choice) || choice.HasDictionary != dictionaryCount > 0 || values.Count < SampleValues)
            return false;
        int width = BitPacking.WidthOf(dictionaryCount - 1);
        values.Encoding = choice.Encoding;
        values.CodeWidth = choice.IsAligned ? AlignedWidth(width) : width;
        values.MayCompress = choice.MayCompress;
        values.Effort = choice.Effort;
        return true;
    }

    private void Remember(in ChunkValues values, int dictionaryCount)
    {
        if (values.Count >= SampleValues)
            _choices[values.Field] = new Choice(values.Encoding, dictionaryCount > 0, values.CodeWidth is 8 or 16 or 32, values.MayCompress, values.Effort);
    }

    private static int AlignedWidth(int width) => width <= 8 ? 8 : width <= 16 ? 16 : 32;

    /// <summary>Codes of whole bytes take more room than packed ones, but zstd sees them: what is not evenly spread gets smaller.</summary>
    private void TryCodes(ref ChunkValues values, int count, int dictionaryBytes)
    {
        int width = BitPacking.WidthOf(count - 1);
        int aligned = AlignedWidth(width);
        double share = (double)dictionaryBytes / values.Count;
        if (options.WholeByteCodes != true)
            Try(ref values, values with { Encoding = ParquetEncoding.RleDictionary, CodeWidth = width }, share);
        if (options.WholeByteCodes != false && (options.WholeByteCodes == true || (aligned > width && compressor.IsEnabled)))
            Try(ref values, values with { Encoding = ParquetEncoding.RleDictionary, CodeWidth = aligned }, share);
    }

    private void Try(ref ChunkValues values, ChunkValues candidate, double bytesEachBefore)
    {
        int sample = values.Field.Type == ParquetType.ByteArray && candidate.Encoding != ParquetEncoding.RleDictionary ? SampleStrings : SampleValues;
        int count = Math.Min(values.Count, sample);
        _page.Clear();
        candidate.EncodePage((values.Count - count) / 2, count, _page);
        double plainEach = bytesEachBefore + (double)_page.Length / count;
        Weigh(0, MaxShare, candidate, ref values);
        for (int effort = 1; effort <= compressor.StrongestEffort; effort++)
            Weigh(effort, MaxShare * (1 - options.Efforts[effort - 1].MinGain), candidate, ref values);

        void Weigh(int effort, double maxShare, in ChunkValues tried, ref ChunkValues values)
        {
            int packed = compressor.PackedSize(_page.Written, effort);
            double packedEach = packed < 0 ? double.MaxValue : bytesEachBefore + (double)packed / count / maxShare;
            double each = Math.Min(plainEach, packedEach);
            if (each >= _best)
                return;
            _best = each;
            values.Encoding = tried.Encoding;
            values.CodeWidth = tried.CodeWidth;
            values.MayCompress = count < sample || packedEach < plainEach;
            values.Effort = effort;
        }
    }
}
