using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rubato.Commands;

/// <summary>Options of commands that ask a server: its certificate, the command's own, and a login. Secrets come from files, where no process list and no shell history shows them.</summary>
/// <param name="recursive">Sub-commands have them too.</param>
internal sealed class ConnectionOptions(bool recursive)
{
    private readonly Option<FileInfo?> _login = new("--login-file")
    {
        Description = "A file whose first line is NAME:PASSWORD, or a bearer token", Recursive = recursive,
    };

    private readonly Option<FileInfo?> _authority = new("--ca-file") { Description = "Certificates (PEM) that may have signed the server's", Recursive = recursive };

    private readonly Option<FileInfo?> _certificate = new("--cert-file") { Description = "A client certificate (PEM), with --key-file", Recursive = recursive };

    private readonly Option<FileInfo?> _key = new("--key-file") { Description = "Its key (PEM)", Recursive = recursive };

    private readonly Option<bool> _skipVerify = new("--insecure-skip-verify") { Description = "Take any certificate: whoever stands between can read and change everything", Recursive = recursive };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_login, _authority, _certificate, _key, _skipVerify]) command.Options.Add(option);
    }

    /// <exception cref="ConnectionFailedException">A file cannot be used.</exception>
    public ConnectionSettings Read(ParseResult parsed)
    {
        var (certificate, key, skip) = (parsed.GetValue(_certificate), parsed.GetValue(_key), parsed.GetValue(_skipVerify));
        if (certificate is null != key is null) throw new ConnectionFailedException("--cert-file and --key-file belong together");
        if (skip) parsed.InvocationConfiguration.Error.WriteLine("warning: --insecure-skip-verify: the server's certificate is not checked");
        return new ConnectionSettings
        {
            Login = parsed.GetValue(_login) is { } login ? Of(_login, login, ReadLogin) : null,
            Authorities = parsed.GetValue(_authority) is { } authority ? Of(_authority, authority, ReadAuthorities) : null,
            ClientCertificate = certificate is null ? null : Of(_certificate, certificate, file => ReadCertificate(file, key!)),
            SkipVerify = skip,
        };
    }

    private static T Of<T>(Option option, FileInfo file, Func<FileInfo, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or InvalidDataException)
        {
            throw new ConnectionFailedException($"{option.Name} {file}: {failure.Message}");
        }
    }

    private static AuthenticationHeaderValue ReadLogin(FileInfo file)
    {
        using var reader = file.OpenText();
        var line = reader.ReadLine()?.Trim() ?? "";
        if (line.Length == 0) throw new InvalidDataException("its first line is empty; it must be NAME:PASSWORD, or a token");
        return line.Contains(':', StringComparison.Ordinal)
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(line)))
            : line.All(char.IsAscii) && !line.Contains(' ', StringComparison.Ordinal)
                ? new AuthenticationHeaderValue("Bearer", line)
                : throw new InvalidDataException("its first line is neither NAME:PASSWORD nor a token");
    }

    private static X509Certificate2Collection ReadAuthorities(FileInfo file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file.FullName);
        return authorities.Count > 0 ? authorities : throw new InvalidDataException("has no certificate in PEM");
    }

    private static X509Certificate2 ReadCertificate(FileInfo certificate, FileInfo key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate.FullName, key.FullName);
        // As it comes from PEM, some platforms cannot use its key.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
