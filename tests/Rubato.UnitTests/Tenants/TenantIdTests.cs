using Rubato.Model.Tenants;
using Xunit;

namespace Rubato.UnitTests.Tenants;

public sealed class TenantIdTests
{
    [Theory]
    [InlineData("single-tenant")]
    [InlineData("a")]
    [InlineData("Team_1.prod!*'()")]
    [InlineData("...")]
    public void TryParse_allowed_ids(string text)
    {
        Assert.True(TenantId.TryParse(text, out var tenant));
        Assert.Equal(text, tenant.Value);
    }

    [Theory]
    [InlineData("", "no org id")]
    [InlineData("a/b", "tenant ID 'a/b' contains unsupported character '/'")]
    [InlineData("a|b", "tenant ID 'a|b' contains unsupported character '|'")]
    [InlineData("a b", "tenant ID 'a b' contains unsupported character ' '")]
    [InlineData("\u00e9", "tenant ID '\u00e9' contains unsupported character '\u00e9'")]
    [InlineData(".", "tenant ID is '.' or '..'")]
    [InlineData("..", "tenant ID is '.' or '..'")]
    [InlineData("overrides", "tenant ID 'overrides' is reserved: the store keeps user-configurable overrides in a folder of that name")]
    public void TryParse_refused_ids_in_Tempo_s_words(string text, string expected)
    {
        Assert.False(TenantId.TryParse(text, out var tenant, out var error));
        Assert.Equal(expected, error);
        Assert.True(tenant.IsEmpty);
    }

    [Fact]
    public void TryParse_length_is_limited()
    {
        Assert.True(TenantId.TryParse(new string('a', 150), out _));
        Assert.False(TenantId.TryParse(new string('a', 151), out _, out var error));
        Assert.Equal("tenant ID is too long: max 150 characters", error);
    }

    [Fact]
    public void TryParseMany_sorts_and_removes_doubles()
    {
        Assert.True(TenantId.TryParseMany("b|a|b", out var tenants, out _));
        Assert.Equal(["a", "b"], tenants.Select(tenant => tenant.Value));
    }

    [Theory]
    [InlineData("a|")]
    [InlineData("|")]
    [InlineData("a|b/c")]
    public void TryParseMany_one_bad_id_refuses_all(string text) => Assert.False(TenantId.TryParseMany(text, out _, out _));

    [Fact]
    public void The_default_value_is_nobody()
    {
        Assert.NotEqual(default, TenantId.Single);
        Assert.Equal("", default(TenantId).Value);
        Assert.Equal(default, default(TenantId));
    }

    [Fact]
    public void Ids_are_case_sensitive() => Assert.NotEqual(TenantId.Parse("A"), TenantId.Parse("a"));
}
