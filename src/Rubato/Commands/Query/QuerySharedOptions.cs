using System.CommandLine;

namespace Rubato.Commands.Query;

/// <summary>The options of every sub-command, accepted before and after its name.</summary>
internal sealed class QuerySharedOptions
{
    private readonly Option<string> _address = new("--address")
    {
        Description = "The server", DefaultValueFactory = _ => "http://127.0.0.1:3200", Recursive = true,
    };

    private readonly Option<string?> _orgId = new("--org-id") { Description = "The tenant, sent as X-Scope-OrgID", Recursive = true };

    private readonly Option<CommandOutput> _output = new("--output")
    {
        Description = "table or json", HelpName = "table|json", DefaultValueFactory = _ => CommandOutput.Table, Recursive = true,
    };

    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "Ask this often over one connection and report latencies instead of the answer", Recursive = true,
    };

    private readonly ConnectionOptions _connection = new(recursive: true);

    public void AddTo(Command command)
    {
        _address.Validators.Add(result => CommandChecks.HttpAddress(result, _address!));
        _repeat.Validators.Add(result => CommandChecks.Between(result, _repeat, 0, 1_000_000));
        command.Options.Add(_address);
        command.Options.Add(_orgId);
        command.Options.Add(_output);
        command.Options.Add(_repeat);
        _connection.AddTo(command);
    }

    /// <exception cref="ConnectionFailedException">A file of the connection cannot be used.</exception>
    public QueryOptions Read(ParseResult parsed) => new()
    {
        Address = new Uri(parsed.GetRequiredValue(_address)),
        OrgId = parsed.GetValue(_orgId),
        Connection = _connection.Read(parsed),
        Json = parsed.GetValue(_output) == CommandOutput.Json,
        Repeat = parsed.GetValue(_repeat),
    };
}
