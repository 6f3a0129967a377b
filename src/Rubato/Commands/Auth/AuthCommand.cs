using System.CommandLine;
using Rubato.Model.Tenants;
using Rubato.Server.Auth;

namespace Rubato.Commands.Auth;

/// <summary><c>rubato auth hash NAME</c>: an entry for <c>server.auth.file</c>, from a secret on standard input, where no process list and no shell history shows it.</summary>
internal static class AuthCommand
{
    public static Command Build(TextReader input, TextWriter output, TextWriter error)
    {
        var name = new Argument<string>("NAME") { Description = "the user, or the name of the token" };
        var token = new Option<bool>("--token") { Description = "a bearer token, sent as NAME.SECRET, instead of a user with a password" };
        var right = new Option<string[]>("--right") { Description = "read or write; may be repeated; both if left out", DefaultValueFactory = _ => ["read", "write"] };
        right.AcceptOnlyFromAmong("read", "write");
        var tenant = new Option<string[]>("--tenant") { Description = "a tenant it may use; may be repeated; all if left out" };
        var hash = new Command("hash", "read a secret from standard input and print its entry for server.auth.file") { name, token, right, tenant };
        hash.SetAction(async (parsed, cancellation) =>
        {
            var (who, tenants) = (parsed.GetValue(name)!, parsed.GetValue(tenant) ?? []);
            if (!AuthFile.IsName(who)) return await FailAsync("names are made of letters, digits, - and _");
            foreach (var one in tenants)
            {
                if (!TenantId.TryParse(one, out _, out var bad)) return await FailAsync($"--tenant {one}: {bad}");
            }

            var secret = await input.ReadLineAsync(cancellation);
            if (string.IsNullOrEmpty(secret)) return await FailAsync("standard input has no secret; its first line is read");
            await output.WriteLineAsync(parsed.GetValue(token) ? "tokens:" : "users:");
            await output.WriteLineAsync($"  {who}:");
            await output.WriteLineAsync($"    hash: {SecretHash.Of(secret)}");
            await output.WriteLineAsync($"    rights: [{string.Join(", ", parsed.GetValue(right)!.Distinct())}]");
            if (tenants.Length > 0) await output.WriteLineAsync($"    tenants: [{string.Join(", ", tenants.Distinct().Select(one => $"'{one.Replace("'", "''", StringComparison.Ordinal)}'"))}]");
            return ExitCodes.Success;
        });
        return new Command("auth", "logins of server.auth") { hash };

        async Task<int> FailAsync(string mistake)
        {
            await error.WriteLineAsync($"rubato: {mistake}");
            return ExitCodes.Usage;
        }
    }
}
