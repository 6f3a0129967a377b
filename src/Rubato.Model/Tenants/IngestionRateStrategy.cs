namespace Rubato.Model.Tenants;

/// <summary>What a tenant's byte rate is measured against.</summary>
public enum IngestionRateStrategy
{
    /// <summary>Each distributor admits the whole rate.</summary>
    Local,

    /// <summary>The rate is divided by the number of healthy distributors; the burst is not.</summary>
    Global,
}
