using System.Text;
using Rubato.Model.Otlp;
using Snappier;

namespace Rubato.IntegrationTests.Generating;

/// <summary>A request that an endpoint got, read by itself and not by what wrote it.</summary>
internal sealed record WriteRequest(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Label sets as <c>a=1,b=2</c> in the order they came, with the last sample.</summary>
    public List<(string Labels, double Value)> Series()
    {
        var found = new List<(string, double)>();
        Fields(Snappy.DecompressToArray(Body), (field, series) =>
        {
            if (field != 1) return;
            var labels = new StringBuilder();
            var value = double.NaN;
            Fields(series, (part, bytes) =>
            {
                if (part == 1) labels.Append(labels.Length > 0 ? "," : "").Append(Label(bytes));
                else if (part == 2) value = BitConverter.ToDouble(bytes.AsSpan(1, 8));
            });
            found.Add((labels.ToString(), value));
        });
        return found;
    }

    private static string Label(byte[] bytes)
    {
        var text = new StringBuilder();
        Fields(bytes, (field, part) => text.Append(field == 2 ? "=" : "").Append(Encoding.UTF8.GetString(part)));
        return text.ToString();
    }

    private static void Fields(byte[] message, Action<int, byte[]> take)
    {
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            Assert.True(reader.TryReadTag(out var field, out var type));
            if (type == 2)
            {
                Assert.True(reader.TryReadBytes(out var bytes));
                take(field, bytes.ToArray());
            }
            else
            {
                Assert.True(reader.TrySkip(type));
            }
        }
    }
}
