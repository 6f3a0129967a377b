using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Rubato.Server;

/// <summary>
/// TLS of one listener. The files are looked at when a client connects and the last look is older than the interval, so that a new
/// certificate needs no restart and an idle port no timer. Where the new files cannot be used, the old ones serve on and the log says why.
/// </summary>
internal sealed partial class ListenerTls
{
    /// <summary>A client that opens a connection and does not shake hands is gone after this.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private readonly TlsSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _reload = new();
    private volatile Loaded _current;
    private string _fingerprint;
    private long _lookedAt;

    private ListenerTls(TlsSettings settings, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        _fingerprint = TlsFiles.Fingerprint(settings);
        _current = Load();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Null where the section asks for no TLS.</summary>
    /// <exception cref="ListenException">The section or one of its files cannot be used.</exception>
    public static ListenerTls? Create(TlsSettings settings, TimeProvider time, ILogger logger)
    {
        if (settings.HasCertificate) return new ListenerTls(settings, time, logger);
        // A port that was to check its clients must not come up open.
        if (settings.HasClientAuthority || settings.Clients != ClientCertificates.NoClientCert)
            throw new ListenException($"{settings.Section}: clients' certificates are asked for, but there is no cert_file and key_file", null);
        return null;
    }

    /// <param name="protocols">What clients are offered (ALPN, RFC 7301).</param>
    public void Use(ListenOptions listen, HttpProtocols protocols) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = HandshakeLimit,
        OnConnection = _ => ValueTask.FromResult(Options(protocols)),
    });

    /// <summary>The certificate that the next client gets.</summary>
    internal X509Certificate2 Certificate()
    {
        ReloadWhenDue();
        return _current.Certificate.TargetCertificate;
    }

    private SslServerAuthenticationOptions Options(HttpProtocols protocols)
    {
        ReloadWhenDue();
        var current = _current;
        var offered = new List<SslApplicationProtocol>(2);
        if (protocols.HasFlag(HttpProtocols.Http2)) offered.Add(SslApplicationProtocol.Http2);
        if (protocols.HasFlag(HttpProtocols.Http1)) offered.Add(SslApplicationProtocol.Http11);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = current.Certificate,
            EnabledSslProtocols = _settings.Protocols,
            ApplicationProtocols = offered,
            ClientCertificateRequired = _settings.Clients != ClientCertificates.NoClientCert,
            CertificateChainPolicy = current.Authorities is null ? null : Policy(current.Authorities),
            RemoteCertificateValidationCallback = IsAccepted,
        };
    }

    private bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => _settings.Clients switch
    {
        ClientCertificates.NoClientCert or ClientCertificates.RequestClientCert => true,
        ClientCertificates.RequireAnyClientCert => certificate is not null,
        ClientCertificates.VerifyClientCertIfGiven => certificate is null || errors == SslPolicyErrors.None,
        _ => certificate is not null && errors == SslPolicyErrors.None,
    };

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // A client must not make the server fetch from an address that stands in its certificate.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private void ReloadWhenDue()
    {
        if (_settings.ReloadInterval <= TimeSpan.Zero || _time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < _settings.ReloadInterval) return;
        // One client looks; the others go on with what is there.
        if (!_reload.TryEnter()) return;
        try
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            var now = TlsFiles.Fingerprint(_settings);
            if (now == _fingerprint) return;
            _current = Load();
            // Only now: files that are half written are tried again at the next look.
            _fingerprint = now;
            Log.Reloaded(_logger, _settings.Section, _current.Certificate.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is ListenException or IOException or UnauthorizedAccessException)
        {
            Log.NotReloaded(_logger, _settings.Section, e.Message);
        }
        finally
        {
            _reload.Exit();
        }
    }

    private Loaded Load() => new(TlsFiles.ReadCertificate(_settings), TlsFiles.ReadClientAuthorities(_settings));

    /// <summary>Never disposed: connections that were opened with it may live on; the collector takes it after them.</summary>
    private sealed record Loaded(SslStreamCertificateContext Certificate, X509Certificate2Collection? Authorities);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1090, EventName = "TlsReloaded", Level = LogLevel.Information, Message = "certificate read again section={Section} not_after={NotAfter:O}")]
        public static partial void Reloaded(ILogger logger, string section, DateTime notAfter);

        [LoggerMessage(EventId = 1091, EventName = "TlsNotReloaded", Level = LogLevel.Error, Message = "changed certificate cannot be used, the one before serves on section={Section} err={Reason}")]
        public static partial void NotReloaded(ILogger logger, string section, string reason);
    }
}
