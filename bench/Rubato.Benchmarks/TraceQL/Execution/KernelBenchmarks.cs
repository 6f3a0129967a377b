using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.Benchmarks.TraceQL.Execution;

/// <summary>Filters over a column of 1 M rows in memory, each beside its plain twin; the share of rows that pass is that of the load.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class KernelBenchmarks
{
    private const int Count = 1 << 20;

    private readonly int[] _codes = new int[Count];
    private readonly int[] _rows = new int[Count];
    private readonly long[] _ints = new long[Count];
    private readonly double[] _floats = new double[Count];
    private readonly byte[] _table = new byte[30];
    private readonly ulong[] _words = new ulong[(Count >> 6) * 2];
    private readonly ulong[] _other = new ulong[(Count >> 6) * 2];

    public KernelBenchmarks()
    {
        var random = new Random(1);
        for (var i = 0; i < Count; i++)
        {
            _codes[i] = random.Next(30);
            _rows[i] = (i * 2) + random.Next(2);
            _ints[i] = (long)Math.Exp(random.NextDouble() * 20);
            _floats[i] = random.NextDouble();
        }

        for (var code = 0; code < _table.Length; code += 7) _table[code] = 1;
        for (var i = 0; i < _other.Length; i++) _other[i] = (ulong)random.NextInt64();
    }

    [Benchmark(Baseline = true, Description = "one code of 30, plain"), BenchmarkCategory("code")]
    public void OneCodePlain() => RowKernels.DensePlain(_codes, new CodeRange(7, 7, false), _words);

    [Benchmark(Description = "one code of 30"), BenchmarkCategory("code")]
    public void OneCode() => RowKernels.DenseVectors(_codes, new CodeRange(7, 7, false), _words);

    [Benchmark(Baseline = true, Description = "five codes of 30, plain"), BenchmarkCategory("codes")]
    public void CodesPlain() => RowKernels.DensePlain(_codes, new CodeTable(_table), _words);

    [Benchmark(Description = "five codes of 30"), BenchmarkCategory("codes")]
    public void Codes() => RowKernels.DenseVectors(_codes, new CodeTable(_table), _words);

    [Benchmark(Baseline = true, Description = "one code, half the rows, plain"), BenchmarkCategory("sparse code")]
    public void SparseCodePlain() => RowKernels.SparsePlain(_codes, _rows, new CodeRange(7, 7, false), _words);

    [Benchmark(Description = "one code, half the rows"), BenchmarkCategory("sparse code")]
    public void SparseCode() => RowKernels.SparseVectors(_codes, _rows, new CodeRange(7, 7, false), _words);

    [Benchmark(Baseline = true, Description = "duration above, plain"), BenchmarkCategory("int range")]
    public void IntRangePlain() => RowKernels.DensePlain(_ints, new IntRange(100_000_000, long.MaxValue, false), _words);

    [Benchmark(Description = "duration above"), BenchmarkCategory("int range")]
    public void IntRange() => RowKernels.DenseVectors(_ints, new IntRange(100_000_000, long.MaxValue, false), _words);

    [Benchmark(Baseline = true, Description = "float above, plain"), BenchmarkCategory("float range")]
    public void FloatRangePlain() => RowKernels.DensePlain(_floats, new FloatRange(0.9, double.PositiveInfinity, false), _words);

    [Benchmark(Description = "float above"), BenchmarkCategory("float range")]
    public void FloatRange() => RowKernels.DenseVectors(_floats, new FloatRange(0.9, double.PositiveInfinity, false), _words);

    [Benchmark(Baseline = true, Description = "present, half the rows, plain"), BenchmarkCategory("present")]
    public void PresentPlain() => RowKernels.RowsPlain(_rows, _words);

    [Benchmark(Description = "present, half the rows"), BenchmarkCategory("present")]
    public void Present() => RowKernels.RowsByWord(_rows, _words);

    [Benchmark(Baseline = true, Description = "and of 2 M rows, plain"), BenchmarkCategory("and")]
    public void AndPlain() => BitWords.ApplyPlain<BitAnd>(_words, _other);

    [Benchmark(Description = "and of 2 M rows"), BenchmarkCategory("and")]
    public void And() => BitWords.ApplyVectors<BitAnd>(_words, _other);
}
