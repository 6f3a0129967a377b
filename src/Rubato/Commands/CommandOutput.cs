namespace Rubato.Commands;

/// <summary><c>--output</c>: for people or for scripts.</summary>
internal enum CommandOutput
{
    Table,
    Json,
}
