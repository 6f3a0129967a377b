using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Rubato.Model.Tenants;

/// <summary>
/// Whose spans these are: a checked name that is safe as a folder name and as a metric label. Case-sensitive.
/// </summary>
/// <remarks>
/// The default value (<see cref="IsEmpty"/>) belongs to nobody: it equals no valid id, so that a forgotten assignment
/// can never read another tenant's data.
/// </remarks>
public readonly struct TenantId : IEquatable<TenantId>, IComparable<TenantId>
{
    public const int MaxLength = 150;

    /// <summary>What a missing header means where a tenant is required. The exact text reaches clients.</summary>
    public const string MissingMessage = "no org id";

    /// <summary>Separates the ids of a query over several tenants.</summary>
    public const char Separator = '|';

    /// <summary>
    /// The folder of the object store that belongs to no tenant: user-configurable overrides lie there, beside the tenants' own folders. Refused as an id here,
    /// so that whoever takes folders for tenants passes it over, and no tenant's blocks can come to lie in it.
    /// </summary>
    public const string ReservedFolder = "overrides";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!-_.*'()");

    private readonly string? _value;

    private TenantId(string value) => _value = value;

    /// <summary>The tenant of every request while multitenancy is off.</summary>
    public static TenantId Single { get; } = new("single-tenant");

    public string Value => _value ?? "";

    public bool IsEmpty => _value is null;

    /// <summary>Checks one id; <paramref name="error"/> is the text for the client, in Tempo's words.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TenantId tenant, [NotNullWhen(false)] out string? error)
    {
        tenant = default;
        error = Check(text);
        if (error is not null)
            return false;

        // The only tenant of most installations: no string for each request.
        tenant = text.SequenceEqual(Single.Value) ? Single : new TenantId(text.ToString());
        return true;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out TenantId tenant) => TryParse(text, out tenant, out _);

    /// <summary>An id that is known to be good (a test, a folder that we wrote).</summary>
    /// <exception cref="FormatException">The id breaks a rule; the message says which.</exception>
    public static TenantId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var tenant, out var error) ? tenant : throw new FormatException(error);

    /// <summary>Checks <c>a|b|c</c>: sorted, each id once. Queries only; a write goes to exactly one tenant.</summary>
    public static bool TryParseMany(ReadOnlySpan<char> text, out TenantId[] tenants, [NotNullWhen(false)] out string? error)
    {
        var unique = new SortedSet<TenantId>();
        foreach (var part in text.Split(Separator))
        {
            if (!TryParse(text[part], out var tenant, out error))
            {
                tenants = [];
                return false;
            }

            unique.Add(tenant);
        }

        tenants = [.. unique];
        error = null;
        return true;
    }

    public bool Equals(TenantId other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is TenantId other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    public int CompareTo(TenantId other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => Value;

    public static bool operator ==(TenantId left, TenantId right) => left.Equals(right);

    public static bool operator !=(TenantId left, TenantId right) => !left.Equals(right);

    public static bool operator <(TenantId left, TenantId right) => left.CompareTo(right) < 0;

    public static bool operator <=(TenantId left, TenantId right) => left.CompareTo(right) <= 0;

    public static bool operator >(TenantId left, TenantId right) => left.CompareTo(right) > 0;

    public static bool operator >=(TenantId left, TenantId right) => left.CompareTo(right) >= 0;

    private static string? Check(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return MissingMessage;
        if (text.Length > MaxLength)
            return $"tenant ID is too long: max {MaxLength} characters";

        var bad = text.IndexOfAnyExcept(Allowed);
        if (bad >= 0)
            return $"tenant ID '{text}' contains unsupported character '{text[bad]}'";

        if (text is ReservedFolder)
            return $"tenant ID '{ReservedFolder}' is reserved: the store keeps user-configurable overrides in a folder of that name";

        return text is "." or ".." ? "tenant ID is '.' or '..'" : null;
    }
}
