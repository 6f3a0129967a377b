using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Prometheus;
using Rubato.Configuration;

namespace Rubato.Server.Auth;

/// <summary>
/// Says whose credentials these are. A right secret is hashed once and remembered (as a keyed hash, until the file changes), so a request
/// costs a microsecond. Wrong ones are hashed each time, two at once and a few waiting: guessing takes no more than that from the server.
/// </summary>
/// <remarks>Safe for concurrent use. Only <see cref="RunAsync"/> changes the logins.</remarks>
internal sealed partial class Authenticator(string path, TimeSpan period, TimeProvider time, ILogger log) : IDisposable
{
    private const int HashesAtOnce = 2;
    private const int MaxWaiting = 32;

    private static readonly Gauge ReloadSuccessful = Metrics.CreateGauge(
        "rubato_auth_last_reload_successful", "Whether the last reading of server.auth.file succeeded.");

    /// <summary>For names that nobody has: the answer takes as long, so it does not tell which names exist.</summary>
    private static readonly Lazy<SecretHash> Nobody = new(() => SecretHash.Of(Guid.NewGuid().ToString()));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _hashing = new(HashesAtOnce);
    private Logins _logins = new(new AuthEntries(new Dictionary<string, AuthEntry>(), new Dictionary<string, AuthEntry>()));
    private string _text = "";
    private bool _wasGood = true;
    private int _waiting;

    /// <summary>First reading. Errors are fatal at start.</summary>
    public IReadOnlyList<ConfigProblem> Load()
    {
        _ = Nobody.Value;
        var problems = Read();
        ReloadSuccessful.Set(problems.Count == 0 ? 1 : 0);
        return problems;
    }

    /// <summary>Looks at the file every period until cancelled. A file that cannot be used changes nothing.</summary>
    public Task RunAsync(CancellationToken cancellation) => Periodically.RunAsync(period, time, Reload, cancellation);

    internal void Reload()
    {
        var before = _logins;
        var problems = Read();
        ReloadSuccessful.Set(problems.Count == 0 ? 1 : 0);
        if (problems.Count > 0 && _wasGood) Log.ReloadFailed(log, problems[0].ToString(), problems.Count);
        else if (problems.Count == 0 && before != _logins) Log.Reloaded(log, path, _logins.Entries.Count);
        _wasGood = problems.Count == 0;
    }

    /// <summary>The login, or null with the reason: <c>malformed</c>, <c>wrong</c>, or <c>busy</c> where too many are being hashed.</summary>
    public async ValueTask<(AuthEntry? Entry, string Reason)> CheckAsync(string header, CancellationToken cancellation)
    {
        if (!Credentials.TryParse(header, out var credentials)) return (null, "malformed");
        var logins = Volatile.Read(ref _logins);
        var known = (credentials.IsToken ? logins.Entries.Tokens : logins.Entries.Users).GetValueOrDefault(credentials.Name);
        var key = KeyOf(credentials);
        if (known is not null && logins.Right.ContainsKey(key)) return (known, "");
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return (null, "busy");
        }

        try
        {
            await _hashing.WaitAsync(cancellation);
            try
            {
                // Another request may have asked the same meanwhile: an agent opens many connections at once.
                if (known is not null && logins.Right.ContainsKey(key)) return (known, "");
                if (!await Task.Run(() => (known?.Hash ?? Nobody.Value).Matches(credentials.Secret), CancellationToken.None) || known is null) return (null, "wrong");
                logins.Right[key] = true;
                return (known, "");
            }
            finally
            {
                _hashing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _hashing.Dispose();

    private IReadOnlyList<ConfigProblem> Read()
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new ConfigProblem("", 0, "server.auth.file", $"{path} cannot be read: {e.Message}")];
        }

        if (text == _text) return [];
        var (entries, problems) = AuthFile.Read(text, path);
        if (problems.Count > 0) return problems;
        _text = text;
        Volatile.Write(ref _logins, new Logins(entries));
        return [];
    }

    /// <summary>Of kind, name and secret, under a key of this process: memory holds no secret, and how long a look-up takes tells nothing.</summary>
    private UInt128 KeyOf(Credentials credentials)
    {
        var name = Encoding.UTF8.GetBytes(credentials.Name);
        Span<byte> hash = stackalloc byte[32];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData([(byte)(credentials.IsToken ? 1 : 0)]);
        hmac.AppendData(name);
        hmac.AppendData([(byte)':']);
        hmac.AppendData(credentials.Secret);
        hmac.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>One reading of the file, and the right secrets seen since: at most one for each entry.</summary>
    private sealed class Logins(AuthEntries entries)
    {
        public AuthEntries Entries { get; } = entries;

        public ConcurrentDictionary<UInt128, bool> Right { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1021, EventName = "AuthReloaded", Level = LogLevel.Information, Message = "logins read again file={File} entries={Entries}")]
        public static partial void Reloaded(ILogger logger, string file, int entries);

        [LoggerMessage(EventId = 1022, EventName = "AuthReloadFailed", Level = LogLevel.Error, Message = "logins cannot be used, the last good ones stay: {Problem} ({Problems} in all)")]
        public static partial void ReloadFailed(ILogger logger, string problem, int problems);
    }
}
