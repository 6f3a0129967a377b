using System.Globalization;
using System.Text.Json;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Encoding;

/// <summary>How complete an answer is: as a header of every answer, and as a member of a JSON body where it was asked for.</summary>
internal static class ReceiptEncoding
{
    public const string Header = "X-Rubato-Receipt";

    /// <summary>A dictionary of structured fields (RFC 9651): integers, and ?1 or ?0.</summary>
    public static string HeaderValue(QueryReceipt receipt) => string.Create(
        CultureInfo.InvariantCulture,
        $"complete=?{Bit(receipt.IsComplete)}, newer-missing=?{Bit(receipt.MayLackNewer)}, "
        + $"blocks-inspected={receipt.BlocksInspected}, blocks-skipped={receipt.BlocksSkipped}, failed={receipt.Failures.Count}, "
        + $"spans-inspected={receipt.SpansInspected}, spans-skipped={receipt.SpansSkipped}, "
        + $"bytes-inspected={receipt.BytesInspected}, bytes-skipped={receipt.BytesSkipped}");

    /// <summary>A member of Rubato's own, so numbers are numbers and zeros are written.</summary>
    public static void WriteJson(Utf8JsonWriter json, QueryReceipt receipt)
    {
        json.WriteStartObject("receipt");
        json.WriteBoolean("complete", receipt.IsComplete);
        json.WriteBoolean("newerMissing", receipt.MayLackNewer);
        Pair("blocks", receipt.BlocksInspected, receipt.BlocksSkipped);
        Pair("spans", receipt.SpansInspected, receipt.SpansSkipped);
        Pair("bytes", receipt.BytesInspected, receipt.BytesSkipped);
        json.WriteStartArray("failures");
        foreach (var failure in receipt.Failures) json.WriteStringValue(failure);
        json.WriteEndArray();
        json.WriteEndObject();

        void Pair(string name, long inspected, long skipped)
        {
            json.WriteStartObject(name);
            json.WriteNumber("inspected", inspected);
            json.WriteNumber("skipped", skipped);
            json.WriteEndObject();
        }
    }

    private static int Bit(bool value) => value ? 1 : 0;
}
