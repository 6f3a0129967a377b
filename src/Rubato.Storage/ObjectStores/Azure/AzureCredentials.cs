using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>Who asks: a key, a connection string of the environment, a managed identity, a federated token, or what the machine is logged in as.</summary>
/// <param name="Source">For the log.</param>
internal sealed record AzureCredentials(BlobContainerClient Client, string Source)
{
    public static AzureCredentials Open(AzureStoreOptions options, BlobClientOptions client, Func<string, string?> environment)
    {
        var account = FirstOf(options.AccountName, environment("AZURE_STORAGE_ACCOUNT"));
        var key = FirstOf(options.AccountKey, environment("AZURE_STORAGE_KEY"));
        var wantsIdentity = options.UseManagedIdentity || options.UseFederatedToken;
        if (key.Length == 0 && !wantsIdentity && environment("AZURE_STORAGE_CONNECTION_STRING") is { Length: > 0 } connection)
            return new AzureCredentials(FromConnectionString(connection, options.Container, client), "environment AZURE_STORAGE_CONNECTION_STRING");
        if (account.Length == 0)
            throw new ArgumentException("storage_account_name is empty, and neither AZURE_STORAGE_ACCOUNT nor AZURE_STORAGE_CONNECTION_STRING is set");

        var url = AzureEndpoint.Container(account, options.EndpointSuffix, options.Container, out var error) ?? throw new ArgumentException(error);
        if (wantsIdentity)
        {
            var identity = Identity(options, environment, client.Transport);
            return new AzureCredentials(new BlobContainerClient(url, identity, client), options.UseFederatedToken ? "federated token" : "managed identity");
        }

        if (key.Length > 0)
        {
            var source = options.AccountKey.Length > 0 ? "storage.trace.azure.storage_account_key" : "environment AZURE_STORAGE_KEY";
            return new AzureCredentials(new BlobContainerClient(url, SharedKey(account, key), client), source);
        }

        var fallback = new DefaultAzureCredential(Quiet(new DefaultAzureCredentialOptions { Transport = client.Transport }));
        return new AzureCredentials(new BlobContainerClient(url, fallback, client), "default credentials of the machine, since no key was found in the configuration or environment");
    }

    private static BlobContainerClient FromConnectionString(string text, string container, BlobClientOptions client)
    {
        try
        {
            return new BlobContainerClient(text, container, client);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // The library's message may repeat what it could not read, and that holds a key.
            throw new ArgumentException("AZURE_STORAGE_CONNECTION_STRING is not a connection string; expected DefaultEndpointsProtocol=...;AccountName=...;AccountKey=...");
        }
    }

    private static StorageSharedKeyCredential SharedKey(string account, string key)
    {
        try
        {
            return new StorageSharedKeyCredential(account, key);
        }
        catch (FormatException)
        {
            throw new ArgumentException("storage_account_key is not a storage account's key; expected base64");
        }
    }

    private static TokenCredential Identity(AzureStoreOptions options, Func<string, string?> environment, global::Azure.Core.Pipeline.HttpPipelineTransport transport)
    {
        if (!options.UseFederatedToken)
        {
            var id = options.UserAssignedId.Length > 0 ? ManagedIdentityId.FromUserAssignedClientId(options.UserAssignedId) : ManagedIdentityId.SystemAssigned;
            return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(id) { Transport = transport });
        }

        foreach (var name in (string[])["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"])
        {
            if (string.IsNullOrEmpty(environment(name)))
                throw new ArgumentException($"use_federated_token needs {name} in the environment (the workload identity webhook sets it)");
        }

        return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions
        {
            ClientId = environment("AZURE_CLIENT_ID"),
            TenantId = environment("AZURE_TENANT_ID"),
            TokenFilePath = environment("AZURE_FEDERATED_TOKEN_FILE"),
            Transport = transport,
        });
    }

    // What only a developer's desk has, and what would open a browser.
    private static DefaultAzureCredentialOptions Quiet(DefaultAzureCredentialOptions options)
    {
        options.ExcludeInteractiveBrowserCredential = true;
        options.ExcludeVisualStudioCredential = true;
        options.ExcludeVisualStudioCodeCredential = true;
        options.ExcludeAzurePowerShellCredential = true;
        options.ExcludeAzureDeveloperCliCredential = true;
        return options;
    }

    private static string FirstOf(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "";
}
