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
    private const string Key = "overrides/a/overrides.json";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

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
        Assert.Equal([Key], _store.Keys);
        var limits = _sut.For(A);
        Assert.Equal(["local-blocks", "span-metrics"], limits.MetricsGeneratorProcessors);
        Assert.Equal((TimeSpan.FromSeconds(30), 5), (limits.MetricsGenerator.CollectionInterval, limits.MaxTracesPerUser));
        Assert.Same(limits, _sut.For(A));
        Assert.Same(Below, _sut.For(TenantId.Parse("b")));
    }

    [Fact]
    public async Task Only_the_version_that_was_read_is_replaced_or_deleted()
    {
        var first = (await PutAsync("""{"forwarders":["f"]}""")).Stored!.Version;
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await PutAsync("{}")).Outcome);
        var second = (await PutAsync("{}", first)).Stored!.Version;
        Assert.NotEqual(first, second);
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await PutAsync("{}", first)).Outcome);
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await _sut.DeleteAsync(A, first, Cancel)).Outcome);
        Assert.Equal(UserOverridesOutcome.Done, (await _sut.DeleteAsync(A, second, Cancel)).Outcome);
        Assert.Null(await _sut.ReadAsync(A, Cancel));
        Assert.Same(Below, _sut.For(A));
        Assert.Equal(UserOverridesOutcome.Missing, (await _sut.DeleteAsync(A, second, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_patch_merges_and_null_removes()
    {
        await PutAsync("""{"forwarders":["f"],"metrics_generator":{"disable_collection":true,"trace_id_label_name":"t"}}""");
        var patched = await _sut.PatchAsync(A, """{"forwarders":null,"metrics_generator":{"trace_id_label_name":"u","processor":{"span_metrics":{"dimensions":["d"]}}}}"""u8.ToArray(), Cancel);
        Assert.Equal(
            """{"metrics_generator":{"disable_collection":true,"trace_id_label_name":"u","processor":{"service_graphs":{},"span_metrics":{"dimensions":["d"]},"host_info":{}}},"cost_attribution":{}}""",
            Encoding.UTF8.GetString(patched.Stored!.Document!.Content));
        Assert.Equal(UserOverridesOutcome.Done, (await _sut.PatchAsync(TenantId.Parse("new"), "{}"u8.ToArray(), Cancel)).Outcome);
    }

    [Fact]
    public async Task Another_process_sees_a_change_at_its_next_poll()
    {
        using var other = Create();
        var version = (await PutAsync("""{"metrics_generator":{"disable_collection":true}}""")).Stored!.Version;
        await other.PollAsync(Cancel);
        Assert.True(other.For(A).MetricsGenerator.DisableCollection);
        Assert.Equal([A], other.Tenants);

        await _sut.DeleteAsync(A, version, Cancel);
        await other.PollAsync(Cancel);
        Assert.Empty(other.Tenants);
    }

    [Fact]
    public async Task A_document_always_has_its_sections_and_null_is_not_set()
    {
        var result = await PutAsync("""{"forwarders":null,"metrics_generator":{"collection_interval":null,"processor":null}}""");
        Assert.Equal(
            """{"metrics_generator":{"processor":{"service_graphs":{},"span_metrics":{},"host_info":{}}},"cost_attribution":{}}""",
            Encoding.UTF8.GetString(result.Stored!.Document!.Content));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_stored_document_that_cannot_be_used_keeps_the_last_good_one_and_hurts_no_other(byte[] stored)
    {
        await PutAsync("""{"metrics_generator":{"disable_collection":true}}""");
        await _store.PutAsync(Key, stored, Cancel);
        await _store.PutAsync("overrides/z/overrides.json", """{"metrics_generator":{"collection_interval":"1m"}}"""u8.ToArray(), Cancel);
        await _sut.PollAsync(Cancel);
        Assert.True(_sut.For(A).MetricsGenerator.DisableCollection);
        Assert.Equal(TimeSpan.FromMinutes(1), _sut.For(TenantId.Parse("z")).MetricsGenerator.CollectionInterval);
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_stored_document_that_cannot_be_used_is_replaced_and_removed_by_its_version(byte[] stored)
    {
        await _store.PutAsync(Key, stored, Cancel);
        var found = (await _sut.ReadAsync(A, Cancel))!;
        Assert.Null(found.Document);
        Assert.Contains("If-Match: " + found.Version, found.Problem);
        Assert.Equal(UserOverridesOutcome.Unusable, (await _sut.PatchAsync(A, "{}"u8.ToArray(), Cancel)).Outcome);
        Assert.Equal(UserOverridesOutcome.VersionMismatch, (await PutAsync("{}")).Outcome);
        Assert.Equal(UserOverridesOutcome.Done, (await PutAsync("""{"metrics_generator":{"disable_collection":true}}""", found.Version)).Outcome);
        Assert.True(_sut.For(A).MetricsGenerator.DisableCollection);

        await _store.PutAsync(Key, stored, Cancel);
        Assert.Equal(UserOverridesOutcome.Done, (await _sut.DeleteAsync(A, found.Version, Cancel)).Outcome);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task What_cannot_be_used_is_read_once_until_it_changes()
    {
        await _store.PutAsync(Key, "{oops"u8.ToArray(), Cancel);
        await _sut.PollAsync(Cancel);
        await _sut.PollAsync(Cancel);
        Assert.Equal(1, _store.Calls.Count(call => call.StartsWith("get ", StringComparison.Ordinal)));
        await _store.PutAsync(Key, """{"metrics_generator":{"disable_collection":true}}"""u8.ToArray(), Cancel);
        await _sut.PollAsync(Cancel);
        Assert.True(_sut.For(A).MetricsGenerator.DisableCollection);
    }

    [Fact]
    public async Task Other_objects_in_the_folder_are_nobodys()
    {
        foreach (var key in new[] { "overrides/a/b/overrides.json", "overrides/overrides.json", "overrides/a/other.json" })
            await _store.PutAsync(key, "{}"u8.ToArray(), Cancel);
        await _sut.PollAsync(Cancel);
        Assert.Empty(_sut.Tenants);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "expected one JSON object")]
    [InlineData("{}{}", "JSON")]
    [InlineData("""{"ingestion":{"rate_limit_bytes":1}}""", "json: unknown field \"ingestion\"")]
    [InlineData("""{"metrics_generator":{"remote_write_headers":{}}}""", "json: unknown field \"remote_write_headers\" in metrics_generator")]
    [InlineData("""{"metrics_generator":{"processsors":[]}}""", "did you mean processors?")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"filter_policies":[{"includes":{}}]}}}}""", "json: unknown field \"includes\"")]
    [InlineData("""{"metrics_generator":5}""", "metrics_generator: expected an object, found a number")]
    [InlineData("""{"metrics_generator":{"processors":["x"]}}""", "'x' is not one of")]
    [InlineData("""{"metrics_generator":{"processors":"span-metrics"}}""", "metrics_generator.processors: expected an array, found a string")]
    [InlineData("""{"metrics_generator":{"processors":[null]}}""", "metrics_generator.processors[0]: expected a string, found null")]
    [InlineData("""{"metrics_generator":{"disable_collection":"true"}}""", "metrics_generator.disable_collection: expected true or false, found a string")]
    [InlineData("""{"metrics_generator":{"trace_id_label_name":7}}""", "metrics_generator.trace_id_label_name: expected a string, found a number")]
    [InlineData("""{"metrics_generator":{"collection_interval":{}}}""", "metrics_generator.collection_interval: expected a duration")]
    [InlineData("""{"metrics_generator":{"collection_interval":"5s"}}""", "metrics_generator.collection_interval: must be 15s to 5m")]
    [InlineData("""{"metrics_generator":{"collection_interval":1e400}}""", "metrics_generator.collection_interval")]
    [InlineData("""{"metrics_generator":{"ingestion_time_range_slack":"13h"}}""", "metrics_generator.ingestion_time_range_slack: must be at most 12h")]
    [InlineData("""{"metrics_generator":{"native_histogram_bucket_factor":1}}""", "must be greater than 1")]
    [InlineData("""{"metrics_generator":{"native_histogram_bucket_factor":1e400}}""", "metrics_generator.native_histogram_bucket_factor")]
    [InlineData("""{"metrics_generator":{"native_histogram_max_bucket_number":1.5}}""", "metrics_generator.native_histogram_max_bucket_number")]
    [InlineData("""{"metrics_generator":{"native_histogram_min_reset_duration":-1}}""", "metrics_generator.native_histogram_min_reset_duration")]
    [InlineData("""{"metrics_generator":{"span_name_sanitization":"on"}}""", "metrics_generator.span_name_sanitization: 'on' is not one of dry_run, enabled")]
    [InlineData("""{"metrics_generator":{"generate_native_histograms":"all"}}""", "'all' is not one of")]
    [InlineData("""{"metrics_generator":{"trace_id_label_name":"trace-id"}}""", "is not a label")]
    [InlineData("""{"metrics_generator":{"processor":{"service_graphs":{"histogram_buckets":[1,1]}}}}""", "must be strictly increasing")]
    [InlineData("""{"metrics_generator":{"processor":{"service_graphs":{"histogram_buckets":[1,"2"]}}}}""", "service_graphs.histogram_buckets[1]: expected a number, found a string")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"intrinsic_dimensions":{"kind":true}}}}}""", "'kind' is not one of")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"intrinsic_dimensions":{"service":"x"}}}}}""", "intrinsic_dimensions.service: expected true or false")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"dimension_mappings":[{"name":"a-b","source_labels":["x"]}]}}}}""", "'a-b' needs a name")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"filter_policies":[{"include":{"match_type":"like"}}]}}}}""", "'like' is not one of")]
    [InlineData("""{"metrics_generator":{"processor":{"service_graphs":{"filter_policies":[{"exclude":{"match_type":"regex","attributes":[{"key":"name","value":"("}]}}]}}}}""", "not a regular expression")]
    [InlineData("""{"metrics_generator":{"processor":{"service_graphs":{"filter_policies":[5]}}}}""", "filter_policies[0]: expected an object, found a number")]
    [InlineData("""{"forwarders":["g"]}""", "there is no forwarder 'g'")]
    [InlineData("""{"cost_attribution":{"dimensions":{"a":"b-c"}}}""", "cost_attribution.dimensions")]
    [InlineData("""{"metrics_generator":{"disable_collection":true,"disable_collection":true}}""", "not JSON")]
    [InlineData("""{"metrics_generator":{"processors":[],"processors":[]}}""", "not JSON")]
    [InlineData("""{"metrics_generator":{"trace_id_label_name":"\ud800"}}""", "not JSON")]
    [InlineData("""{"metrics_generator":{"\ud800":1}}""", "not JSON")]
    [InlineData("""{"metrics_generator":{"processor":{"span_metrics":{"dimensions":["\udc00"]}}}}""", "not JSON")]
    [InlineData("""{"forwarders":[],"forwarders":[]}""", "not JSON")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""", "not JSON")]
    public async Task A_document_that_is_not_valid_is_refused_with_a_reason(string json, string expected)
    {
        var result = await PutAsync(json);
        Assert.Equal(UserOverridesOutcome.Invalid, result.Outcome);
        Assert.Contains(expected, result.Message);
        Assert.Empty(_store.Keys);
        Assert.Equal(UserOverridesOutcome.Invalid, (await _sut.PatchAsync(A, Encoding.UTF8.GetBytes(json), Cancel)).Outcome);
    }

    [Fact]
    public async Task What_grows_beyond_the_limit_in_the_store_is_refused()
    {
        var names = string.Join(',', Enumerable.Repeat("\"\U0001F600\"", 25_000));
        var result = await PutAsync("""{"metrics_generator":{"processor":{"span_metrics":{"dimensions":[""" + names + "]}}}}");
        Assert.Equal(UserOverridesOutcome.Invalid, result.Outcome);
        Assert.Contains("at most", result.Message);
    }

    [Fact]
    public async Task The_loop_outlives_a_store_that_gives_up_by_itself()
    {
        var lists = 0;
        _store.Before = (call, _) =>
        {
            if (call == "list" && Interlocked.Increment(ref lists) == 1)
                throw new OperationCanceledException("a time limit of the store's own");
        };
        using var other = Create();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await PutAsync("""{"metrics_generator":{"disable_collection":true}}""");
        var loop = other.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref lists) == 1, Soon));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                return other.For(A).MetricsGenerator.DisableCollection;
            },
            Soon));
        await stop.CancelAsync();
        await loop;
    }

    public static TheoryData<byte[]> Damaged() => new(
        "{oops"u8.ToArray(), Array.Empty<byte>(), new byte[] { 0xFF, 0xFE }, """{"metrics_generator":{"processors":[],"processors":[]}}"""u8.ToArray(),
        """{"forwarders":["\ud800"]}"""u8.ToArray(), """{"metrics_generator":{"unheard_of":1}}"""u8.ToArray(), "[1]"u8.ToArray(), new byte[300_000]);

    private Task<UserOverridesResult> PutAsync(string json, string version = UserOverridesDocument.NoVersion) =>
        _sut.ReplaceAsync(A, Encoding.UTF8.GetBytes(json), version, Cancel);

    private UserOverrides Create() => new(
        new FixedTenantLimits(Below), _store, Configs.Load("").TenantSchema, ["f"], TimeSpan.FromMinutes(1), _time, NullLogger<UserOverrides>.Instance);
}
