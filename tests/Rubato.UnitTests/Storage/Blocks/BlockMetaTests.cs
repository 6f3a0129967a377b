using System.Text;
using System.Text.Json.Nodes;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockMetaTests
{
    private static readonly BlockMeta Sample = TestBlocks.Meta(TenantId.Parse("team-a"), 1, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void It_comes_back_as_it_was_written()
    {
        var sample = Sample with { CompactedFrom = [new BlockId(new Guid(1, 2, 3, new byte[8]))], HeldWals = [new Guid(4, 5, 6, new byte[8])] };
        Assert.True(BlockMeta.TryParse(sample.ToJson(), out var meta, out var error), error);
        Assert.Equal(sample.WalRecords, meta.WalRecords);
        Assert.Equal(sample.CompactedFrom, meta.CompactedFrom);
        Assert.Equal(sample.HeldWals, meta.HeldWals);
        Assert.Equal(
            sample with { WalRecords = [], CompactedFrom = [], HeldWals = [] }, meta with { WalRecords = [], CompactedFrom = [], HeldWals = [] });
    }

    [Fact]
    public void The_names_are_those_that_tools_know()
    {
        var json = JsonNode.Parse(Sample.ToJson())!.AsObject();
        string[] tempo = ["format", "blockID", "tenantID", "startTime", "endTime", "totalObjects", "size", "compactionLevel", "encoding",
            "totalRecords", "footerSize", "replicationFactor"];
        Assert.Empty(tempo.Except(json.Select(field => field.Key)));
        Assert.Equal("rubato1", (string?)json["format"]);
        Assert.Equal("team-a", (string?)json["tenantID"]);
        Assert.Equal("2026-01-02T03:04:05+00:00", (string?)json["endTime"]);
        Assert.Equal("[[1,5],[7,1000000007]]", json["walRecords"]!.ToJsonString());
    }

    [Fact]
    public void A_field_of_a_newer_program_is_passed_over()
    {
        var json = JsonNode.Parse(Sample.ToJson())!.AsObject();
        json["somethingNew"] = new JsonObject { ["a"] = 1 };
        json.Remove("checksum");
        Assert.True(BlockMeta.TryParse(BlockMetaSeal.Seal(Encoding.UTF8.GetBytes(json.ToJsonString())), out _, out _));
    }

    [Fact]
    public void A_description_from_before_the_checksum_is_read()
    {
        var json = JsonNode.Parse(Sample.ToJson())!.AsObject();
        json.Remove("checksum");
        Assert.True(BlockMeta.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var error), error);

        // But not with a field that nobody knows, which may be the checksum under a damaged name.
        json["checksuM"] = "0123456789abcdef";
        Assert.False(BlockMeta.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out error));
        Assert.Contains("checksuM", error);
    }

    [Fact]
    public void A_digit_that_changed_is_noticed()
    {
        var json = Encoding.UTF8.GetString(Sample.ToJson());
        Assert.False(BlockMeta.TryParse(Encoding.UTF8.GetBytes(json.Replace("\"totalSpans\": 100", "\"totalSpans\": 101", StringComparison.Ordinal)), out _, out var error));
        Assert.Contains("checksum", error);
    }

    [Theory]
    [InlineData("format", "\"rubato9\"", "rubato9")]
    [InlineData("blockID", "\"no-guid\"", "no-guid")]
    [InlineData("tenantID", "\"a/../b\"", "unsupported character")]
    [InlineData("endTime", "\"1999-01-01T00:00:00Z\"", "ends before")]
    [InlineData("size", "-1", "not possible")]
    [InlineData("size", "\"many\"", "size")]
    [InlineData("footerSize", "5000", "not possible")]
    [InlineData("walRecords", "[[5,1]]", "ends before")]
    [InlineData("walRecords", "[[1]]", "walRecords")]
    [InlineData("walRecords", "[[1,2,3]]", "walRecords")]
    [InlineData("walRecords", "{}", "walRecords")]
    public void A_damaged_field_is_named(string field, string value, string expected)
    {
        var json = JsonNode.Parse(Sample.ToJson())!.AsObject();
        json[field] = JsonNode.Parse(value);
        Assert.False(BlockMeta.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var error));
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Cut_off_anywhere_it_is_refused()
    {
        var json = Sample.ToJson();
        for (var length = 0; length < json.Length; length++)
            Assert.False(BlockMeta.TryParse(json.AsSpan(0, length), out _, out _));
    }
}
