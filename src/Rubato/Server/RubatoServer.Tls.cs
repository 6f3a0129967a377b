using Rubato.Configuration;
using Rubato.Configuration.Options;

namespace Rubato.Server;

/// <summary>Which listener gets which TLS section.</summary>
internal sealed partial class RubatoServer
{
    /// <exception cref="StartException">As below.</exception>
    private ListenerTls? ReceiverTls(ReceiverTlsOptions tls, string receiver) => Tls(() => TlsSettings.Of(tls, $"{ReceiverBinder.Receivers}.{receiver}.tls"));

    private Func<TlsSettings> TlsOf(ServerTlsOptions tls, string section) => () => TlsSettings.Of(tls, _config.Server.TlsMinVersion, section);

    /// <exception cref="StartException">The section or one of its files cannot be used; the message names both.</exception>
    private ListenerTls? Tls(Func<TlsSettings> settings)
    {
        try
        {
            return ListenerTls.Create(settings(), _time, _loggers.CreateLogger<ListenerTls>());
        }
        catch (ListenException e)
        {
            throw new StartException(e.Message, e);
        }
    }
}
