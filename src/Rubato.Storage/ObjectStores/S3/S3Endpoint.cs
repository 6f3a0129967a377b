using System.Text.RegularExpressions;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>Where requests go, from the keys endpoint, region, insecure, forcepathstyle and bucket_lookup_type.</summary>
/// <param name="Url">Null: Amazon's own, which the SDK derives from the region.</param>
internal sealed partial record S3Endpoint(Uri? Url, string Region, bool IsHttp, bool IsPathStyle)
{
    private const string DefaultRegion = "us-east-1";

    public string Display => Url is null ? $"{(IsHttp ? "http" : "https")}://s3.{Region}.amazonaws.com" : Url.GetLeftPart(UriPartial.Authority);

    /// <param name="error">What is wrong with the endpoint.</param>
    public static S3Endpoint? Parse(S3StoreOptions options, Func<string, string?> environment, out string error)
    {
        error = "";
        var text = options.Endpoint.Trim();
        var isHttp = options.Insecure;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            // A scheme says more than a flag that may be a default.
            isHttp = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
            if (!isHttp && !text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            {
                error = $"'{text}' has an unknown scheme; expected http:// or https://, or none";
                return null;
            }

            text = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        }

        text = text.TrimEnd('/');
        var region = FirstOf(options.Region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"));
        var amazon = AmazonHost().Match(text);
        if (text.Length == 0 || amazon.Success)
            return new S3Endpoint(null, FirstOf(region, amazon.Groups["region"].Value, DefaultRegion), isHttp, UsesPath(options, isAmazon: true));

        if (text.Contains('/') || !Uri.TryCreate($"{(isHttp ? "http" : "https")}://{text}", UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            error = $"'{options.Endpoint}' is not an endpoint; expected host or host:port";
            return null;
        }

        return new S3Endpoint(url, FirstOf(region, DefaultRegion), isHttp, UsesPath(options, isAmazon: text.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)));
    }

    private static bool UsesPath(S3StoreOptions options, bool isAmazon) => options.ForcePathStyle || options.BucketLookup switch
    {
        S3BucketLookup.Dns => false,
        S3BucketLookup.Path => true,
        // A bucket with dots has no certificate as a host name.
        _ => !isAmazon || options.Bucket.Contains('.'),
    };

    private static string FirstOf(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "";

    [GeneratedRegex(@"^s3(\.dualstack)?([.-](?<region>[a-z]{2}(-[a-z]+)+-\d+))?\.amazonaws\.com(:443)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmazonHost();
}
