using System.Text;
using Rubato.Server.Auth;
using Xunit;

namespace Rubato.UnitTests.Server.Auth;

public sealed class AuthFileTests
{
    private static readonly string Hash = SecretHash.Of("secret", SecretHash.MinIterations).ToString();

    [Fact]
    public void A_hash_matches_its_secret_alone_and_has_a_salt_of_its_own()
    {
        var parsed = SecretHash.Parse(Hash, out _)!;

        Assert.True(parsed.Matches("secret"u8));
        Assert.False(parsed.Matches("Secret"u8));
        Assert.False(parsed.Matches(""u8));
        Assert.NotEqual(Hash, SecretHash.Of("secret", SecretHash.MinIterations).ToString());
    }

    [Fact]
    public void A_good_file_is_read()
    {
        var (entries, problems) = AuthFile.Read($"users: {{ann: {{hash: '{Hash}', rights: [read], tenants: [a, b]}}}}\ntokens: {{agent: {{hash: '{Hash}', rights: [write]}}}}", "f");

        Assert.Empty(problems);
        Assert.Equal(["a", "b"], entries.Users["ann"].Tenants.Order());
        Assert.Equal(AuthRights.Write, entries.Tokens["agent"].Rights);
        Assert.True(entries.Tokens["agent"].IsForAllTenants);
    }

    [Theory]
    [InlineData("", "f: expected a map with users or tokens")]
    [InlineData("users: {}", "f: has neither users nor tokens")]
    [InlineData("people: {}", "f:1: people: unknown key")]
    [InlineData("users: {ann: {rights: [read]}}", "users.ann has no hash")]
    [InlineData("users: {ann: {hash: HASH}}", "users.ann has no rights")]
    [InlineData("users: {ann: {hash: HASH, rights: read}}", "users.ann.rights: expected a list")]
    [InlineData("users: {ann: {hash: HASH, rights: [admin]}}", "'admin' is no right")]
    [InlineData("users: {ann: {hash: HASH, rights: [read], tenants: []}}", "users.ann.tenants must name a tenant")]
    [InlineData("users: {ann: {hash: HASH, rights: [read], tenants: ['a/b']}}", "users.ann.tenants")]
    [InlineData("users: {ann: {hash: HASH, rights: [read], role: x}}", "users.ann.role: unknown key")]
    [InlineData("users: {ann: {hash: plain-password, rights: [read]}}", "users.ann.hash is no hash")]
    [InlineData("users: {ann: {hash: 'pbkdf2-sha256:1:AAAAAAAAAAAAAAAA:AAAA', rights: [read]}}", "users.ann.hash must have 10000 to")]
    [InlineData("users: {'a:b': {hash: HASH, rights: [read]}}", "names are made of letters")]
    public void A_bad_file_says_what_is_wrong_and_shows_no_secret(string text, string expected)
    {
        var (_, problems) = AuthFile.Read(text.Replace("HASH", $"'{Hash}'", StringComparison.Ordinal), "f");

        var all = string.Join('\n', problems);
        Assert.Contains(expected, all, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-password", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer agent.s.e", true, "agent", "s.e")]
    [InlineData("bearer agent.", true, "agent", "")]
    [InlineData("Basic YW5uOmE6Yg==", false, "ann", "a:b")]
    public void Credentials_are_read(string header, bool isToken, string name, string secret)
    {
        Assert.True(Credentials.TryParse(header, out var credentials));
        Assert.Equal((isToken, name, secret), (credentials.IsToken, credentials.Name, Encoding.UTF8.GetString(credentials.Secret)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic !!")]
    [InlineData("Basic YW5u")]
    [InlineData("Bearer secret")]
    [InlineData("Bearer .x")]
    [InlineData("Digest a.b")]
    public void What_is_no_login_is_not_read(string header) => Assert.False(Credentials.TryParse(header, out _));

    [Fact]
    public void A_header_beyond_the_limit_is_not_read() => Assert.False(Credentials.TryParse("Bearer a." + new string('x', 5000), out _));
}
