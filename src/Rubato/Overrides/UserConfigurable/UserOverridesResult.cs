namespace Rubato.Overrides.UserConfigurable;

/// <param name="Outcome">How the change ended.</param>
/// <param name="Stored">What is stored now, after a change that was done and left something.</param>
/// <param name="Message">For the client, unless it was done.</param>
internal readonly record struct UserOverridesResult(UserOverridesOutcome Outcome, StoredUserOverrides? Stored, string Message = "");
