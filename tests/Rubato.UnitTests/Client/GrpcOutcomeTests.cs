using CsCheck;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class GrpcOutcomeTests
{
    [Fact]
    public void Any_bytes_of_an_answer_are_read_without_an_exception() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        GrpcOutcome.PartialSuccess(bytes);
        GrpcOutcome.PartialSuccess([0, 0, 0, 0, (byte)bytes.Length, .. bytes]);
    }, iter: 5000);

    [Fact]
    public void Any_details_are_read_without_an_exception() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("grpc-status", "8");
        response.Headers.TryAddWithoutValidation("grpc-status-details-bin", Convert.ToBase64String(bytes).TrimEnd('='));
        Assert.Equal(8, GrpcOutcome.Of(response).Status);
    }, iter: 5000);

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("")]
    public void Status_that_is_none_is_unknown(string status)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("grpc-status", status);
        Assert.Equal(2, GrpcOutcome.Of(response).Status);
    }
}
