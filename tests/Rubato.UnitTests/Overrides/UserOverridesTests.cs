using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Overrides.UserConfigurable;
using Rubato.UnitTests.Configuration;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Overrides;

public sealed class UserOverridesTests : IDisposable
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly TenantLimits Below = new() { MetricsGeneratorProcessors = ["local-blocks"], MaxTracesPerUser = 5 };
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryObjectStore _store;
    private readonly UserOverrides _sut;

    public UserOverridesTests()
    {
        _store = new MemoryObjectStore(_time);
        _sut = Create();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _sut.Dispose();

    [Fact]
    public async Task Processors_are_added_and_the_rest_replaces()
    {
        var result = await PutAsync("""{"metrics_generator":{"processors":["span-metrics","local-blocks"],"collection_interval":"30s"}}""");

        Assert.Equal(UserOverridesOutcome.Done, result.Outcome);
        Assert.Equal(["overrides/a/overrides.json"], _store.Keys);
        var limits = _sut.For(A);
        Assert.Equal(["local-blocks", "span-metrics"], limits.MetricsGeneratorProcessors);
        Assert.Equal((TimeSpan.FromSeconds(30), 5), (limits.MetricsGenerator.CollectionInterval, limits.MaxTracesPerUser));
        Assert.Same(limits, _sut.For(A));
        Assert.Same(Below, _sut.For(TenantId.Parse("b")));
    }

    [Fact]
    public async Task Only_the_version_that_was_read_is_replaced_or_deleted()
    {
        var first = (await PutAsync("""{"forwarders":["f"]}""")).Document!.Version;
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await PutAsync("{}")).Outcome);
        var second = (await PutAsync("{}", first)).Document!.Version;
        Assert.NotEqual(first, second);
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await PutAsync("{}", first)).Outcome);
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await _sut.DeleteAsync(A, first, Cancel)).Outcome);
        Assert.Equal(UserOverridesOutcome.Done, (await _sut.DeleteAsync(A, second, Cancel)).Outcome);
        Assert.Null(await _sut.ReadAsync(A, Cancel));
        Assert.Same(Below, _sut.For(A));
    }

    [Fact]
    public async Task A_patch_merges_and_null_removes()
    {
        await PutAsync("""{"forwarders":["f"],"metrics_generator":{"disable_collection":true,"trace_id_label_name":"t"}}""");
        var patched = await _sut.PatchAsync(A, """{"forwarders":null,"metrics_generator":{"trace_id_label_name":"u","processor":{"span_metrics":{"dimensions":["d"]}}}}"""u8.ToArray(), Cancel);
        Assert.Equal(
            """{"metrics_generator":{"disable_collection":true,"trace_id_label_name":"u","processor":{"span_metrics":{"dimensions":["d"]}}}}""",
            Encoding.UTF8.GetString(patched.Document!.Content));
        Assert.Equal(UserOverridesOutcome.Done, (await _sut.PatchAsync(TenantId.Parse("new"), "{}"u8.ToArray(), Cancel)).Outcome);
    }

    [Fact]
    public async Task Another_process_sees_a_change_at_its_next_poll()
    {
        using var other = Create();
        var version = (await PutAsync("""{"metrics_generator":{"disable_collection":true}}""")).Document!.Version;
        await other.PollAsync(Cancel);
        Assert.True(other.For(A).MetricsGenerator.DisableCollection);
        Assert.Equal([A], other.Tenants);

        await _sut.DeleteAsync(A, version, Cancel);
        await other.PollAsync(Cancel);
        Assert.Empty(other.Tenants);
    }

    [Fact]
    public async Task A_stored_document_that_cannot_be_used_keeps_the_last_good_one()
    {
        await PutAsync("""{"metrics_generator":{"disable_collection":true}}""");
        await _store.PutAsync("overrides/a/overrides.json", "{oops"u8.ToArray(), Cancel);
        await _store.PutAsync("overrides/a/b/overrides.json", "{}"u8.ToArray(), Cancel);
        await _store.PutAsync("overrides/overrides.json", "{}"u8.ToArray(), Cancel);
        await _sut.PollAsync(Cancel);
        Assert.True(_sut.For(A).MetricsGenerator.DisableCollection);
        Assert.Equal([A], _sut.Tenants);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "expected one JSON object")]
    [InlineData("{}{}", "JSON")]
    [InlineData("""{"ingestion":{"rate_limit_bytes":1}}""", "unknown field ingestion")]
    [InlineData("""{"metrics_generator":{"remote_write_headers":{}}}""", "unknown field metrics_generator.remote_write_headers")]
    [InlineData("""{"metrics_generator":5}""", "metrics_generator")]
    [InlineData("""{"metrics_generator":{"processors":["x"]}}""", "'x' is not one of")]
    [InlineData("""{"metrics_generator":{"disable_collection":"perhaps"}}""", "'perhaps' is not true or false")]
    [InlineData("""{"metrics_generator":{"collection_interval":"5s"}}""", "metrics_generator.collection_interval: must be 15s to 5m")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"filter_policies":[{"include":{"match_type":"like"}}]}}}}""", "'like' is not one of")]
    [InlineData("""{"forwarders":["g"]}""", "there is no forwarder 'g'")]
    [InlineData("""{"metrics_generator":{"disable_collection":true,"disable_collection":true}}""", "not JSON")]
    [InlineData("""{"metrics_generator":{"trace_id_label_name":"\ud800"}}""", "not JSON")]
    [InlineData("""{"forwarders":[],"forwarders":[]}""", "not JSON")]
    public async Task A_document_that_is_not_valid_is_refused_with_a_reason(string json, string expected)
    {
        var result = await PutAsync(json);
        Assert.Equal(UserOverridesOutcome.Invalid, result.Outcome);
        Assert.Contains(expected, result.Message);
        Assert.Empty(_store.Keys);
    }

    private Task<UserOverridesResult> PutAsync(string json, string version = UserOverridesDocument.NoVersion) =>
        _sut.ReplaceAsync(A, Encoding.UTF8.GetBytes(json), version, Cancel);

    private UserOverrides Create() => new(
        new FixedTenantLimits(Below), _store, Configs.Load("").TenantSchema, ["f"], TimeSpan.FromMinutes(1), _time, NullLogger<UserOverrides>.Instance);
}
