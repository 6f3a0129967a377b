using System.Text;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Writing;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>What each way of packing is there for; that all readers read them is tested with random tables.</summary>
public sealed class ZstdEffortTests
{
    private const int Rows = 20_000;

    private static readonly string[] Places = ["cart/items", "orders", "payments", "products", "reviews", "shipments", "users"];

    [Fact]
    public void Digits_behind_one_prefix_get_smaller_when_only_the_value_before_is_remembered()
    {
        TestTable users = Table(random => $"user-{random.Next(1_000_000):d6}");
        long plain = BytesOf(users), strong = BytesOf(users, ZstdEffort.Strong(7)), near = BytesOf(users, ZstdEffort.Near);
        Assert.True(near < plain * 0.9, $"{near} bytes instead of {plain}");
        Assert.True(near < strong * 0.9, $"{near} bytes; level 7 takes {strong}");
    }

    [Fact]
    public void Digits_behind_several_prefixes_get_smaller_without_short_repetitions()
    {
        TestTable urls = Table(random => $"https://shop.example/api/v1/{Places[random.Next(Places.Length)]}/{random.Next(100_000_000):d8}");
        long plain = BytesOf(urls), strong = BytesOf(urls, ZstdEffort.Strong(7)), without = BytesOf(urls, ZstdEffort.Long(7));
        Assert.True(without < plain * 0.97, $"{without} bytes instead of {plain}");
        Assert.True(without < strong * 0.97, $"{without} bytes; level 7 takes {strong}");
    }

    [Fact]
    public void The_best_of_all_is_taken_whatever_their_order()
    {
        TestTable users = Table(random => $"user-{random.Next(1_000_000):d6}");
        long near = BytesOf(users, ZstdEffort.Near);
        Assert.Equal(near, BytesOf(users, ZstdEffort.Near, ZstdEffort.Long(7), ZstdEffort.Strong(7)));
        Assert.Equal(near, BytesOf(users, ZstdEffort.Strong(7), ZstdEffort.Long(7), ZstdEffort.Near));
    }

    [Fact]
    public void Nothing_is_tried_where_nothing_may_be_compressed()
    {
        TestTable users = Table(random => $"user-{random.Next(1_000_000):d6}");
        long without = users.Write(new ParquetWriterOptions { ZstdLevel = 0 }, new Random(1)).Length;
        Assert.Equal(without, users.Write(new ParquetWriterOptions { ZstdLevel = 0, Efforts = [ZstdEffort.Near] }, new Random(1)).Length);
    }

    private static long BytesOf(TestTable table, params ZstdEffort[] efforts) =>
        table.Write(new ParquetWriterOptions { Efforts = efforts }, new Random(1)).Length;

    private static TestTable Table(Func<Random, string> text)
    {
        var random = new Random(1);
        object?[] values = [.. Enumerable.Range(0, Rows).Select(_ => Encoding.UTF8.GetBytes(text(random)))];
        return new TestTable
        {
            Schema = new ParquetSchema([ParquetField.String("text").Required()]),
            RowGroups = [new TestTable.RowGroup(Rows, [], [values])],
        };
    }
}
