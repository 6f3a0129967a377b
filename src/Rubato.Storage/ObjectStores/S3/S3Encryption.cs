using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>Puts the encryption settings on each kind of request. A key that the customer gives goes with every request, reads too.</summary>
internal sealed class S3Encryption
{
    private readonly ServerSideEncryptionMethod? _method;
    private readonly string? _kmsKeyId;
    private readonly string? _kmsContext;
    private readonly string? _customerKey;
    private readonly string? _customerKeyMd5;

    public S3Encryption(S3EncryptionOptions options)
    {
        switch (options.Type)
        {
            case "SSE-S3":
                _method = ServerSideEncryptionMethod.AES256;
                break;
            case "SSE-KMS":
                _method = ServerSideEncryptionMethod.AWSKMS;
                _kmsKeyId = options.KmsKeyId.Length > 0 ? options.KmsKeyId : null;
                _kmsContext = options.KmsEncryptionContext.Length > 0 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(options.KmsEncryptionContext)) : null;
                break;
            case "SSE-C":
                var key = Encoding.UTF8.GetBytes(options.EncryptionKey);
                _customerKey = Convert.ToBase64String(key);
#pragma warning disable CA5351 // The protocol asks for this digest of the key.
                _customerKeyMd5 = Convert.ToBase64String(MD5.HashData(key));
#pragma warning restore CA5351
                break;
        }
    }

    public void Apply(PutObjectRequest request)
    {
        if (_method is not null) request.ServerSideEncryptionMethod = _method;
        if (_kmsKeyId is not null) request.ServerSideEncryptionKeyManagementServiceKeyId = _kmsKeyId;
        if (_kmsContext is not null) request.ServerSideEncryptionKeyManagementServiceEncryptionContext = _kmsContext;
        if (_customerKey is null) return;
        request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.ServerSideEncryptionCustomerProvidedKeyMD5 = _customerKeyMd5;
    }

    public void Apply(InitiateMultipartUploadRequest request)
    {
        if (_method is not null) request.ServerSideEncryptionMethod = _method;
        if (_kmsKeyId is not null) request.ServerSideEncryptionKeyManagementServiceKeyId = _kmsKeyId;
        if (_kmsContext is not null) request.ServerSideEncryptionKeyManagementServiceEncryptionContext = _kmsContext;
        if (_customerKey is null) return;
        request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.ServerSideEncryptionCustomerProvidedKeyMD5 = _customerKeyMd5;
    }

    public void Apply(UploadPartRequest request)
    {
        if (_customerKey is null) return;
        request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.ServerSideEncryptionCustomerProvidedKeyMD5 = _customerKeyMd5;
    }

    public void Apply(GetObjectRequest request)
    {
        if (_customerKey is null) return;
        request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.ServerSideEncryptionCustomerProvidedKeyMD5 = _customerKeyMd5;
    }

    public void Apply(GetObjectMetadataRequest request)
    {
        if (_customerKey is null) return;
        request.ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.ServerSideEncryptionCustomerProvidedKeyMD5 = _customerKeyMd5;
    }
}
