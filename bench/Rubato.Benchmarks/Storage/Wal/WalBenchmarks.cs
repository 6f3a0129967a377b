using BenchmarkDotNet.Attributes;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;

namespace Rubato.Benchmarks.Storage.Wal;

/// <summary>
/// Requests of 500 spans appended by one and by 16 callers at once; without fsync, so that the code and not the disk is measured
/// (group commit shares the fsync among those who wait).
/// </summary>
[MemoryDiagnoser]
public class WalBenchmarks
{
    private const int Together = 16;

    private readonly byte[] _request = LoadShapeBatches.Requests(1)[0];
    private string _folder = "";
    private WriteAheadLog _log = null!;
    private int _appends;

    [Params(WalEncoding.None, WalEncoding.Snappy, WalEncoding.Zstd)]
    public WalEncoding Encoding { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("rubato-bench-").FullName;
        _log = WriteAheadLog.Open(new WalOptions { Path = _folder, Encoding = Encoding, Sync = WalSyncMode.Never }, TimeProvider.System, new Random(1));
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true, Description = "append, one caller")]
    public async Task<long> Append()
    {
        var position = await _log.AppendAsync(TenantId.Single, _request);
        await KeepSmallAsync(1);
        return position.Sequence;
    }

    [Benchmark(OperationsPerInvoke = Together, Description = "append, 16 callers")]
    public async Task AppendTogether()
    {
        var appends = new Task[Together];
        for (var i = 0; i < Together; i++) appends[i] = _log.AppendAsync(TenantId.Single, _request).AsTask();
        await Task.WhenAll(appends);
        await KeepSmallAsync(Together);
    }

    // A long run must not fill the disk: 2,000 requests are 340 MB. A cleanup after each iteration would make every iteration one call.
    private async Task KeepSmallAsync(int appended)
    {
        _appends += appended;
        if (_appends < 2000) return;
        _appends = 0;
        await _log.TrimBeforeAsync(long.MaxValue);
    }
}
