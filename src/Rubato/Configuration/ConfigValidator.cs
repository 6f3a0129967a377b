using System.Text.RegularExpressions;
using Rubato.Configuration.Options;

namespace Rubato.Configuration;

/// <summary>What one key alone cannot tell: keys that contradict each other, and what this version cannot start with.</summary>
internal static class ConfigValidator
{
    private static readonly string[] Rings = ["ingester.lifecycler.ring", "distributor.ring", "compactor.ring", "metrics_generator.ring"];

    public static void Validate(RubatoConfig config, ConfigValues values, ConfigProblems problems)
    {
        var check = new Checks(values, problems);
        CheckServer(config, values, check);
        CheckStorage(config, values, check);
        CheckIngest(config, check);
        OverridesValidator.Check(config, values, check.Error, check.Warn);
        CheckQueries(config, values, check);
        CacheValidator.Check(config, values, check.Error, check.Warn);
        Refuse(config, values, check);
    }

    private static void CheckServer(RubatoConfig config, ConfigValues values, Checks check)
    {
        if (config.HttpApiPrefix.Length > 0 && !config.HttpApiPrefix.StartsWith('/'))
            check.Error("http_api_prefix", $"'{config.HttpApiPrefix}' must begin with /");

        if (config.Server.Auth.ReloadPeriod <= TimeSpan.Zero)
            check.Error("server.auth.reload_period", "must be longer than 0");
        ReceiverValidator.Check(config, values, check.Error, check.Warn);
    }

    private static void CheckStorage(RubatoConfig config, ConfigValues values, Checks check)
    {
        var trace = config.Storage.Trace;
        if (trace.Wal.Path.Length == 0)
            check.Error("storage.trace.wal.path", "must not be empty");
        if (trace.Backend == "local" && trace.Local.Path.Length == 0)
            check.Error("storage.trace.local.path", "must not be empty with backend local");
        if (trace.Block.Version != "rubato1")
            check.Warn("storage.trace.block.version", $"{trace.Block.Version} is understood, but blocks are written as rubato1");
        MustBePositive("storage.trace.block.bloom_filter_false_positive");
        MustBePositive("storage.trace.block.bloom_filter_shard_size_bytes");
        if (trace.BlocklistPoll <= TimeSpan.Zero)
            check.Error("storage.trace.blocklist_poll", "must be longer than 0");

        if (config.Ingester.CompleteBlockTimeout < trace.BlocklistPoll)
            check.Warn("ingester.complete_block_timeout", "is shorter than storage.trace.blocklist_poll; between the two a trace may not be found");
        var compaction = config.Compactor.Compaction;
        if (compaction.BlockRetention < trace.BlocklistPoll)
            check.Warn("compactor.compaction.block_retention", "is shorter than storage.trace.blocklist_poll");
        if (compaction.CompactionWindow <= TimeSpan.Zero)
            check.Error("compactor.compaction.compaction_window", "must be longer than 0");
        if (compaction.CompactionCycle <= TimeSpan.Zero)
            check.Error("compactor.compaction.compaction_cycle", "must be longer than 0");
        if (compaction.MinInputBlocks > compaction.MaxInputBlocks)
            check.Error("compactor.compaction.min_input_blocks", $"is {compaction.MinInputBlocks}, more than max_input_blocks ({compaction.MaxInputBlocks})");
        if (compaction.RetentionConcurrency == 0)
            check.Warn("compactor.compaction.retention_concurrency", "0 means the default, 10");
        if (trace.BlocklistPollConcurrency == 0)
            check.Warn("storage.trace.blocklist_poll_concurrency", "0 means the default, 50");
        if (trace.Backend == "s3" && values.TryGet("compactor.compaction.v2_out_buffer_bytes", out var buffer) && buffer is < 5_242_880L)
            check.Warn("compactor.compaction.v2_out_buffer_bytes", "is below 5242880, the smallest part that s3 takes");
        if (trace.Backend == "local" && config.Target is not ("all" or "scalable-single-binary"))
            check.Warn("storage.trace.backend", $"local storage is not shared, but target {config.Target} needs other processes to see it");
        ObjectStoreValidator.Check(trace, values, check.Error, check.Warn);

        void MustBePositive(string key)
        {
            if (values.TryGet(key, out var value) && value is <= 0.0 or <= 0L)
                check.Error(key, "must be greater than 0");
        }
    }

    private static void CheckIngest(RubatoConfig config, Checks check)
    {
        var limiting = config.Distributor.RateLimiting;
        if (limiting is { Enabled: true, Rate: <= 0 })
            check.Error("distributor.rate_limiting.rate", "must be greater than 0 where rate_limiting is enabled");
        if (config.Distributor.LogReceivedSpans.Enabled)
            check.Warn("distributor.log_received_spans.enabled", "one log line for each span; for debugging only");
        if (config.Ingester.FlushCheckPeriod <= TimeSpan.Zero)
            check.Error("ingester.flush_check_period", "must be longer than 0");
        if (config.Ingester.MaxBlockDuration <= TimeSpan.Zero)
            check.Error("ingester.max_block_duration", "must be longer than 0");
    }

    private static void CheckQueries(RubatoConfig config, ConfigValues values, Checks check)
    {
        foreach (var pattern in config.QueryFrontend.UrlDenyList)
        {
            try
            {
                _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                check.Error("query_frontend.url_deny_list", $"'{pattern}' is not a regular expression: {e.Message}");
            }
        }

        var after = Duration("query_frontend.search.query_backend_after", TimeSpan.FromMinutes(15));
        var until = Duration("query_frontend.search.query_ingesters_until", TimeSpan.FromMinutes(30));
        if (after > until)
            check.Error("query_frontend.search.query_backend_after", $"{ConfigDuration.Format(after)} is later than query_ingesters_until, {ConfigDuration.Format(until)}");
        if (values.TryGet("query_frontend.metrics.interval", out var interval) && (TimeSpan)interval <= TimeSpan.Zero)
            check.Error("query_frontend.metrics.interval", "must be longer than 0");
        if (values.TryGet("query_frontend.trace_by_id.concurrent_shards", out var concurrent)
            && (long)concurrent > (values.TryGet("query_frontend.trace_by_id.query_shards", out var shards) ? (long)shards : 50))
            check.Warn("query_frontend.trace_by_id.concurrent_shards", "is more than query_shards");

        TimeSpan Duration(string key, TimeSpan fallback) => values.TryGet(key, out var value) ? (TimeSpan)value : fallback;
    }

    private static void Refuse(RubatoConfig config, ConfigValues values, Checks check)
    {
        foreach (var ring in Rings)
        {
            var key = ring + ".kvstore.store";
            if (values.TryGet(key, out var store) && store is not ("" or "inmemory"))
                check.Refuse(key, $"{store} is not available in this version; use inmemory");
        }

        if (config.Target is not ("all" or "scalable-single-binary"))
            check.Refuse("target", $"{config.Target} is not available in this version; use all");
    }

    private readonly struct Checks(ConfigValues values, ConfigProblems problems)
    {
        public void Error(string key, string message) => problems.Errors.Add(At(key, message));

        public void Warn(string key, string message) => problems.Warnings.Add(At(key, message));

        public void Refuse(string key, string message) => problems.Refusals.Add(At(key, message));

        private ConfigProblem At(string key, string message)
        {
            var (source, line) = values.Origin(key);
            return new ConfigProblem(line > 0 || values.Contains(key) ? source : "", line, key, message);
        }
    }
}
