using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// How zstd looks for repetitions. What a frame holds differs, not how it is read. Measured in docs/internals/block-bytes.md; the parameters are those of
/// zstd.h (https://facebook.github.io/zstd/zstd_manual.html).
/// </summary>
/// <param name="Level">zstd level: decides whatever is not given here.</param>
/// <param name="MinGain">Share of a page that it must save over cheaper efforts to be chosen.</param>
internal sealed record ZstdEffort(int Level, double MinGain)
{
    /// <summary>
    /// Remembers 64 places only, so that it finds the value before and little else. Where random digits stand behind one prefix, that is what pays: each
    /// prefix becomes a repetition from as far back as the last, which costs next to nothing, and digits that stand somewhere else too do not get in its way.
    /// Takes no longer than level 1.
    /// </summary>
    public static ZstdEffort Near { get; } = new(1, MinGain: 0.01) { HashLog = 6, MinMatch = 5 };

    /// <summary>zstd's number of the match finder; 0 for the level's.</summary>
    public ZSTD_strategy Strategy { get; private init; }

    /// <summary>Shorter repetitions are not looked for; 0 for the level's.</summary>
    public int MinMatch { get; private init; }

    /// <summary>Places looked at, as a power of two; 0 for the level's.</summary>
    public int SearchLog { get; private init; }

    /// <summary>Places remembered, as a power of two; 0 for the level's.</summary>
    public int HashLog { get; private init; }

    /// <summary>The level as zstd defines it.</summary>
    public static ZstdEffort Strong(int level) => new(level, MinGain: 0.005);

    /// <summary>
    /// Looks as long as the level but takes no short repetition: where several kinds of text take turns, as in urls and statements, three or four digits found again
    /// cost more than they save.
    /// </summary>
    public static ZstdEffort Long(int level) => new(level, MinGain: 0.03) { Strategy = ZSTD_strategy.ZSTD_lazy2, MinMatch = 6, SearchLog = 3 };

    public Compressor CreateCompressor()
    {
        var zstd = new Compressor(Level);
        Set(ZSTD_cParameter.ZSTD_c_strategy, (int)Strategy);
        Set(ZSTD_cParameter.ZSTD_c_minMatch, MinMatch);
        Set(ZSTD_cParameter.ZSTD_c_searchLog, SearchLog);
        Set(ZSTD_cParameter.ZSTD_c_hashLog, HashLog);
        return zstd;

        void Set(ZSTD_cParameter parameter, int value)
        {
            if (value != 0)
                zstd.SetParameter(parameter, value);
        }
    }
}
