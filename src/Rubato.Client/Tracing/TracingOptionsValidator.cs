using Microsoft.Extensions.Options;

namespace Rubato.Client;

/// <summary>All mistakes of the options at once.</summary>
internal sealed class TracingOptionsValidator : IValidateOptions<RubatoTracingOptions>
{
    public ValidateOptionsResult Validate(string? name, RubatoTracingOptions options)
    {
        TracingSettings.Parse(options, out List<string> errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
