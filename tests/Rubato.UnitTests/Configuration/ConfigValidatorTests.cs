using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigValidatorTests
{
    [Theory]
    [InlineData("http_api_prefix: tempo", "must begin with /")]
    [InlineData("storage: {trace: {wal: {path: \"\"}}}", "must not be empty")]
    [InlineData("storage: {trace: {backend: cassandra}}", "is not one of local, s3, gcs, azure")]
    [InlineData("storage: {trace: {block: {version: vParquet9}}}", "is not one of rubato1")]
    [InlineData("storage: {trace: {block: {bloom_filter_false_positive: 0}}}", "must be greater than 0")]
    [InlineData("storage: {trace: {block: {bloom_filter_shard_size_bytes: 0}}}", "must be greater than 0")]
    [InlineData("storage: {trace: {wal: {sync: sometimes}}}", "must be always, never, or a duration")]
    [InlineData("compactor: {compaction: {compaction_window: 0}}", "must be longer than 0")]
    [InlineData("query_frontend: {trace_by_id: {query_shards: 1}}", "out of range; expected 2 to 100000")]
    [InlineData("query_frontend: {search: {concurrent_jobs: 0}}", "out of range")]
    [InlineData("query_frontend: {search: {target_bytes_per_job: 0}}", "too small")]
    [InlineData("query_frontend: {search: {query_backend_after: 1h}}", "later than query_ingesters_until")]
    [InlineData("query_frontend: {metrics: {interval: 0s}}", "must be longer than 0")]
    [InlineData("query_frontend: {max_batch_size: 0}", "too small")]
    [InlineData("query_frontend: {url_deny_list: [\"(\"]}", "not a regular expression")]
    [InlineData("distributor: {rate_limiting: {enabled: true}}", "must be greater than 0")]
    [InlineData("cache: {caches: [{roles: [bloom]}]}", "either memcached or redis")]
    [InlineData("cache: {caches: [{roles: [bloom], memcached: {}, redis: {}}]}", "either memcached or redis")]
    [InlineData("cache: {caches: [{roles: [bloom], redis: {}}, {roles: [bloom], memcached: {}}]}", "claimed twice")]
    [InlineData("cache: {caches: [{roles: [blooom], redis: {}}]}", "did you mean bloom?")]
    [InlineData("ingester: {max_block_duration: -5s}", "negative")]
    public void A_fatal_mistake_is_an_error(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Configs.Load(text).Errors).ToString());

    [Theory]
    [InlineData("ingester: {complete_block_timeout: 1m}", "is shorter than storage.trace.blocklist_poll")]
    [InlineData("compactor: {compaction: {block_retention: 1m}}", "is shorter than storage.trace.blocklist_poll")]
    [InlineData("compactor: {compaction: {retention_concurrency: 0}}", "0 means the default")]
    [InlineData("distributor: {log_received_spans: {enabled: true}}", "one log line for each span")]
    [InlineData("storage: {trace: {block: {version: vParquet4}}}", "written as rubato1")]
    public void A_doubtful_value_is_a_warning(string text, string expected)
    {
        var result = Configs.Load(text);
        Assert.Empty(result.Errors);
        // Some of these keys have no effect yet, which is a warning of its own.
        Assert.Contains(expected, Assert.Single(result.Warnings, w => !w.ToString().Contains("no effect yet", StringComparison.Ordinal)).ToString());
    }

    [Theory]
    [InlineData("storage: {trace: {backend: gcs}}", "tempo.yaml:1: storage.trace.backend: gcs is not available in this version; use local")]
    [InlineData("distributor: {ring: {kvstore: {store: memberlist}}}", "tempo.yaml:1: distributor.ring.kvstore.store: memberlist is not available in this version; use inmemory")]
    [InlineData("target: querier", "tempo.yaml:1: target: querier is not available in this version; use all")]
    public void What_this_version_cannot_run_is_refused_by_name(string text, string expected)
    {
        var result = Configs.Load(text);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, Assert.Single(result.Refusals).ToString());
    }

    [Fact]
    public void Redis_keys_may_be_written_with_dashes() =>
        Assert.Empty(Configs.Load("cache: {caches: [{roles: [bloom], redis: {endpoint: x, pool-size: 5}}]}").Errors);

    [Fact]
    public void A_list_of_sections_is_checked_inside()
    {
        var error = Assert.Single(Configs.Load("metrics_generator: {storage: {remote_write: [{url: x, queue_config: {max_shards: 0}}]}}").Errors);
        Assert.Equal("metrics_generator.storage.remote_write[0].queue_config.max_shards", error.Path);
    }
}
