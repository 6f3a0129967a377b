using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;
using StoreFault = Rubato.Storage.ObjectStores.Remote.StoreFault;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>The <c>tls_*</c> keys against a store with a certificate of an authority of its own.</summary>
public sealed class StoreTlsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-tls").FullName;
    private readonly FakeS3Server _server = new(FakeStores.Bucket, TimeProvider.System);

    private string Authority => Path.Combine(_folder, "ca.pem");

    public async ValueTask InitializeAsync()
    {
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=Rubato test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Authority, authority.ExportCertificatePem(), TestContext.Current.CancellationToken);

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=store.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("store.example");
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        using var certificate = signed.CopyWithPrivateKey(key);
        await _server.StartAsync(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_unknown_authority_is_refused_in_words()
    {
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => TryAsync("localhost", new StoreTlsOptions()));
        Assert.Equal(StoreFault.Tls, failure.Fault);
        Assert.Contains("the authority that signed the certificate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_authority_is_trusted_for_its_names_only()
    {
        var tls = new StoreTlsOptions { CaPath = Authority, MinVersion = "VersionTLS12" };
        await TryAsync("localhost", tls);
        Assert.Equal(StoreFault.Tls, (await Assert.ThrowsAsync<ObjectStoreException>(() => TryAsync("127.0.0.1", tls))).Fault);
        await TryAsync("127.0.0.1", tls with { ServerName = "store.example" });
        Assert.Equal(StoreFault.Tls, (await Assert.ThrowsAsync<ObjectStoreException>(() => TryAsync("127.0.0.1", tls with { ServerName = "other.example" }))).Fault);
        Assert.Equal(StoreFault.Tls, (await Assert.ThrowsAsync<ObjectStoreException>(() => TryAsync("127.0.0.1", new StoreTlsOptions { ServerName = "store.example" }))).Fault);
    }

    [Fact]
    public async Task Verification_can_be_left_out() => await TryAsync("127.0.0.1", new StoreTlsOptions { InsecureSkipVerify = true });

    [Theory]
    [InlineData("ca", "tls_ca_path: /no/such/file cannot be read as PEM")]
    [InlineData("cert", "tls_cert_path: /no/such/file cannot be read as PEM")]
    [InlineData("suites", "'TLS_NO_SUCH' is not the name of a cipher suite")]
    public void A_bad_setting_is_named(string setting, string expected)
    {
        var tls = setting switch
        {
            "ca" => new StoreTlsOptions { CaPath = "/no/such/file" },
            "cert" => new StoreTlsOptions { CertPath = "/no/such/file" },
            _ => new StoreTlsOptions { CipherSuites = "TLS_AES_128_GCM_SHA256, TLS_NO_SUCH" },
        };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => StoreTls.Build(tls)).Message, StringComparison.Ordinal);
    }

    // Over TLS the body's digest goes along in place of its signature; the fake checks it.
    private async Task TryAsync(string host, StoreTlsOptions tls)
    {
        using var store = FakeStores.OpenS3(new Uri($"https://{host}:{_server.Address.Port}"), FakeStores.Quick with { MaxAttempts = 1 }, tls: tls);
        await store.PutAsync("t/x", "1"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("1"u8.ToArray(), await store.GetAsync("t/x", TestContext.Current.CancellationToken));
        await store.PutAsync("t/large", new MemoryStream(new byte[6 << 20]), TestContext.Current.CancellationToken);
    }
}
