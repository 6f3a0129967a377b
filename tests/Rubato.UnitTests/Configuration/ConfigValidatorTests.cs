using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigValidatorTests
{
    [Theory]
    [InlineData("http_api_prefix: tempo", "must begin with /")]
    [InlineData("storage: {trace: {wal: {path: \"\"}}}", "must not be empty")]
    [InlineData("storage: {trace: {backend: cassandra}}", "is not one of local, s3, gcs, azure: Rubato keeps blocks as objects and has no Cassandra backend")]
    [InlineData("storage: {trace: {backend: s3}}", "must not be empty with backend s3")]
    [InlineData("storage: {trace: {backend: gcs}}", "must not be empty with backend gcs")]
    [InlineData("storage: {trace: {backend: azure}}", "must not be empty with backend azure")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, access_key: k}}}", "s3.secret_key is empty; set both")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, secret_key: k}}}", "s3.access_key is empty; set both")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, part_size: 1000}}}", "must be 0 or 5242880")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, signature_v2: true}}}", "only version 4 signatures")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, bucket_lookup_type: 3}}}", "out of range")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, tls_min_version: VersionTLS09}}}", "is not one of VersionTLS10")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, retry_backoff_max: 100ms}}}", "shorter than retry_backoff_initial")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, sse: {type: SSE-C, encryption_key: short}}}}", "exactly 32 bytes")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, sse: {kms_encryption_context: \"[1]\"}}}}", "must be a JSON object")]
    [InlineData("storage: {trace: {backend: azure, azure: {container_name: c, use_managed_identity: true, use_federated_token: true}}}", "cannot be combined")]
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
    [InlineData("cache: {caches: [{roles: [bloom], redis: {endpoint: r}}, {roles: [bloom], memcached: {host: m}}]}", "claimed twice")]
    [InlineData("cache: {caches: [{roles: [blooom], redis: {endpoint: r}}]}", "did you mean bloom?")]
    [InlineData("cache: {caches: [{roles: [bloom], memcached: {}}]}", "cache.caches[0].memcached.host names no server, and neither does addresses")]
    [InlineData("cache: {caches: [{roles: [bloom], redis: {endpoint: \"r:99999\"}}]}", "'r:99999' must be host or host:port")]
    [InlineData("storage: {trace: {cache: redis}}", "storage.trace.redis.endpoint names no server")]
    [InlineData("ingester: {max_block_duration: -5s}", "negative")]
    public void A_fatal_mistake_is_an_error(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Configs.Load(text).Errors).ToString());

    [Theory]
    [InlineData("ingester: {complete_block_timeout: 1m}", "is shorter than storage.trace.blocklist_poll")]
    [InlineData("compactor: {compaction: {block_retention: 1m}}", "is shorter than storage.trace.blocklist_poll")]
    [InlineData("compactor: {compaction: {retention_concurrency: 0}}", "0 means the default")]
    [InlineData("distributor: {log_received_spans: {enabled: true}}", "one log line for each span")]
    [InlineData("storage: {trace: {block: {version: vParquet4}}}", "written as rubato1")]
    [InlineData("storage: {trace: {s3: {native_aws_auth_enabled: true}}}", "is ignored")]
    [InlineData("storage: {trace: {backend: s3, s3: {bucket: b, endpoint: \"http://minio:9000\", insecure: false}}}", "overruled by the scheme of endpoint")]
    [InlineData("cache: {caches: [{roles: [bloom], memcached: {host: m}}]}", "has no effect with backend local")]
    public void A_doubtful_value_is_a_warning(string text, string expected)
    {
        var result = Configs.Load(text);
        Assert.Empty(result.Errors);
        // Some of these keys have no effect yet, which is a warning of its own.
        Assert.Contains(expected, Assert.Single(result.Warnings, w => !w.ToString().Contains("no effect yet", StringComparison.Ordinal)).ToString());
    }

    [Theory]
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
        var error = Assert.Single(Configs.Load("metrics_generator: {storage: {remote_write: [{url: "http://x/", queue_config: {max_shards: 0}}]}}").Errors);
        Assert.Equal("metrics_generator.storage.remote_write[0].queue_config.max_shards", error.Path);
    }
}
