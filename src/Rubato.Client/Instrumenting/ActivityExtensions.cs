using System.Diagnostics;
using System.Globalization;

namespace Rubato.Client;

/// <summary>What applications say about a span again and again. Each takes a null span, which is one that nobody listens to, and then does nothing.</summary>
public static class ActivityExtensions
{
    /// <summary>Whose request it is and which order it is about.</summary>
    /// <returns>The span.</returns>
    public static Activity? SetBusinessAttributes(this Activity? activity, string? userId, string? orderId = null)
    {
        if (userId is not null)
        {
            activity?.SetTag(AppAttributes.UserId, userId);
        }

        if (orderId is not null)
        {
            activity?.SetTag(AppAttributes.OrderId, orderId);
        }

        return activity;
    }

    /// <summary>Adds the error as an event <c>exception</c>, gives the span the status Error, and adds an event <c>error_context</c> with what was going on.</summary>
    /// <param name="activity">The span; null does nothing.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="context">Texts that together become the attribute <c>context</c>.</param>
    /// <returns>The span.</returns>
    public static Activity? RecordError(this Activity? activity, Exception error, params ReadOnlySpan<string> context)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (activity is null)
        {
            return null;
        }

        activity.AddException(error);
        activity.SetStatus(ActivityStatusCode.Error, error.Message);
        if (context.Length > 0)
        {
            activity.AddEvent(new ActivityEvent("error_context", tags: new ActivityTagsCollection { ["context"] = string.Join("; ", context) }));
        }

        return activity;
    }

    /// <summary>Records a failed database operation (<c>db.operation</c>, <c>error.type</c>, status <c>DB operation failed: ...</c>) and gives the exception to throw.</summary>
    /// <param name="activity">The span; null records nothing.</param>
    /// <param name="operation">Such as <c>SELECT</c>.</param>
    /// <param name="error">What the database said.</param>
    /// <returns><c>database ... failed</c>, with the error within.</returns>
    public static DatabaseOperationException HandleDbError(this Activity? activity, string operation, Exception error)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(error);
        string type = error.GetType().FullName ?? error.GetType().Name;
        activity?.AddException(error, new TagList { { DbAttributes.Operation, operation }, { "error.type", type } });
        activity?.SetTag(DbAttributes.Operation, operation);
        activity?.SetTag("error.type", type);
        activity?.SetStatus(ActivityStatusCode.Error, string.Create(CultureInfo.InvariantCulture, $"DB operation failed: {operation}"));
        return new DatabaseOperationException(operation, error);
    }
}
