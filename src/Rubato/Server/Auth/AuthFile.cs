using Rubato.Configuration;
using Rubato.Configuration.Yaml;
using Rubato.Model.Tenants;

namespace Rubato.Server.Auth;

/// <summary>
/// The file with logins: maps <c>users</c> and <c>tokens</c>, each from a name to <c>hash</c>, <c>rights</c> and perhaps <c>tenants</c>.
/// Problems never show a hash.
/// </summary>
internal static class AuthFile
{
    public static (AuthEntries Entries, IReadOnlyList<ConfigProblem> Problems) Read(string text, string name)
    {
        var problems = new List<ConfigProblem>();
        // Nothing is expanded: a secret's hash is what it is.
        var root = YamlFile.Read(text, name, scalar => scalar, problems);
        var (users, tokens) = (new Dictionary<string, AuthEntry>(StringComparer.Ordinal), new Dictionary<string, AuthEntry>(StringComparer.Ordinal));
        if (root is YamlMap file)
        {
            foreach (var (key, node) in file.Entries)
            {
                if (key.Text == "users") ReadAll(node, key.Text, users);
                else if (key.Text == "tokens") ReadAll(node, key.Text, tokens);
                else Add(key, key.Text, "unknown key; expected users or tokens");
            }
        }
        else if (problems.Count == 0)
        {
            problems.Add(new ConfigProblem(name, root?.Line ?? 0, "", "expected a map with users or tokens"));
        }

        if (problems.Count == 0 && users.Count + tokens.Count == 0)
            problems.Add(new ConfigProblem(name, 0, "", "has neither users nor tokens: nobody could log in"));
        return (new AuthEntries(users, tokens), problems);

        void Add(YamlNode at, string path, string message) => problems.Add(new ConfigProblem(name, at.Line, path, message));

        void ReadAll(YamlNode node, string path, Dictionary<string, AuthEntry> entries)
        {
            if (node is not YamlMap map)
            {
                Add(node, path, "expected a map from names to logins");
                return;
            }

            foreach (var (key, value) in map.Entries)
            {
                if (!IsName(key.Text)) Add(key, path, "names are made of letters, digits, - and _");
                else if (ReadEntry(key, value, $"{path}.{key.Text}") is { } entry) entries[key.Text] = entry;
            }
        }

        AuthEntry? ReadEntry(YamlScalar key, YamlNode node, string path)
        {
            if (node is not YamlMap map)
            {
                Add(node, path, "expected a map with hash and rights");
                return null;
            }

            SecretHash? hash = null;
            var rights = AuthRights.None;
            var tenants = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (part, value) in map.Entries)
            {
                var at = $"{path}.{part.Text}";
                switch (part.Text)
                {
                    case "hash":
                        hash = SecretHash.Parse((value as YamlScalar)?.Text ?? "", out var problem);
                        if (hash is null) Add(value, at, problem);
                        break;
                    case "rights":
                        foreach (var right in Texts(value, at))
                        {
                            if (right == "read") rights |= AuthRights.Read;
                            else if (right == "write") rights |= AuthRights.Write;
                            else Add(value, at, $"'{right}' is no right; expected read or write");
                        }

                        break;
                    case "tenants":
                        foreach (var tenant in Texts(value, at))
                        {
                            if (!TenantId.TryParse(tenant, out _, out var bad)) Add(value, at, bad);
                            tenants.Add(tenant);
                        }

                        // An empty list must not mean all.
                        if (tenants.Count == 0) Add(value, at, "must name a tenant; leave the key out for all tenants");
                        break;
                    default:
                        Add(part, at, "unknown key; expected hash, rights or tenants");
                        break;
                }
            }

            if (map.Entries.All(entry => entry.Key.Text != "hash")) Add(key, path, "has no hash; `rubato auth hash` makes one");
            if (map.Entries.All(entry => entry.Key.Text != "rights")) Add(key, path, "has no rights; write rights: [read], [write] or [read, write]");
            return hash is null ? null : new AuthEntry(key.Text, hash, rights, tenants);
        }

        IEnumerable<string> Texts(YamlNode node, string path)
        {
            if (node is YamlList list && list.Items.All(item => item is YamlScalar { IsNull: false })) return list.Items.Select(item => ((YamlScalar)item).Text);
            Add(node, path, "expected a list of texts");
            return [];
        }
    }

    /// <summary>A token is sent as NAME.SECRET and a user as NAME:PASSWORD, so neither has those characters.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

/// <summary>Every login, by its name.</summary>
internal sealed record AuthEntries(IReadOnlyDictionary<string, AuthEntry> Users, IReadOnlyDictionary<string, AuthEntry> Tokens)
{
    public int Count => Users.Count + Tokens.Count;
}
