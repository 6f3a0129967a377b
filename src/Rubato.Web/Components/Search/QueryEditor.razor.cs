using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Rubato.TraceQL.Syntax;
using Rubato.Web.Components.Shared;
using Rubato.Web.Queries;
using Rubato.Web.Times;

namespace Rubato.Web.Components.Search;

/// <summary>TraceQL in colours, with completions and a mark where it is wrong. The list opens while somebody types a name or a value, and with control and space.</summary>
/// <remarks>
/// The text is the browser's: editor.js tells every change, in order, and takes a text from here only where nothing newer was typed. Bound as other fields are, letters would be lost: a
/// text that is written into the field is some letters old by the time it is there.
/// </remarks>
public sealed partial class QueryEditor
{
    private ElementReference _area;
    private ElementReference _layer;
    private IJSObjectReference? _module;
    private IJSObjectReference? _editor;
    private DotNetObjectReference<QueryEditor>? _self;
    private CancellationTokenSource? _asking;
    private Task _offering = Task.CompletedTask;
    private IReadOnlyList<QueryToken> _tokens = [];
    private IReadOnlyList<Completion> _offered = [];
    private string _text = "";

    // What the field begins with; rendered again it would write over what was typed.
    private string? _firstText;

    // The browser's count of changes to the text, as of the last one that came.
    private int _edit;

    // What is offered belongs to a text, which need not be the one shown by now.
    private CompletionContext? _context;
    private string _offeredFor = "";
    private int _chosen = -1;

    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>What is wrong with the text, and where.</summary>
    [Parameter]
    public TraceQLError? Error { get; set; }

    /// <summary>Names and values are those of this time.</summary>
    [Parameter]
    public TimeRange Range { get; set; } = TimeRange.LastHour;

    [Parameter]
    public string Placeholder { get; set; } = "TraceQL: { span.http.status_code >= 500 }";

    /// <summary>Control and Enter.</summary>
    [Parameter]
    public EventCallback OnRun { get; set; }

    private bool IsOpen => _offered.Count > 0;

    private bool IsWrongAtEnd => Error is { } error && error.Offset >= _text.TrimEnd().Length;

    public async ValueTask DisposeAsync()
    {
        _asking?.Cancel();
        _self?.Dispose();
        await _editor.ReleaseAsync("stop");
        await _module.ReleaseAsync();
    }

    /// <summary>The text was changed, or the caret moved in it.</summary>
    [JSInvokable]
    public Task CaretAt(string text, int edit, int caret, bool isTyping) => FollowAsync(text, edit, () => OfferAsync(text, caret, isTyping, isAsked: false));

    [JSInvokable]
    public Task Suggest(string text, int edit, int caret) => FollowAsync(text, edit, () => OfferAsync(text, caret, isTyping: true, isAsked: true));

    /// <summary>Control and Enter.</summary>
    [JSInvokable]
    public async Task Run(string text, int edit)
    {
        Close();
        await FollowAsync(text, edit, () => Task.CompletedTask);
        await OnRun.InvokeAsync();
    }

    [JSInvokable]
    public async Task Choose(string key)
    {
        if (key == "Escape")
        {
            Close();
            StateHasChanged();
            return;
        }

        await SettledAsync();
        if (!IsOpen) return;
        switch (key)
        {
            case "ArrowDown":
                _chosen = (_chosen + 1) % _offered.Count;
                break;
            case "ArrowUp":
                _chosen = _chosen <= 0 ? _offered.Count - 1 : _chosen - 1;
                break;
            default:
                await AcceptAsync(_offered[Math.Max(0, _chosen)]);
                break;
        }

        StateHasChanged();
    }

    protected override async Task OnParametersSetAsync()
    {
        _firstText ??= Value;
        if (_text == Value) return;
        // Written by something else than this field.
        Close();
        Colour(Value);
        if (_editor is not null) await InPageAsync(async () => await _editor.InvokeVoidAsync("write", _text, _edit));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        await InPageAsync(async () =>
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./_content/Rubato.Web/js/editor.js");
            _self = DotNetObjectReference.Create(this);
            var known = _text;
            // Nothing where the page was left meanwhile.
            _editor = await _module.InvokeAsync<IJSObjectReference?>("attach", _area, _layer, _self, _firstText, known);
            // Written by something else while the script came.
            if (_editor is not null && _text != known) await _editor.InvokeVoidAsync("write", _text, _edit);
        });
    }

    private static async Task InPageAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception e) when (PageObjects.IsPageGone(e))
        {
            // The page is closed.
        }
    }

    /// <summary>Takes over the browser's text, then offers for it.</summary>
    private async Task FollowAsync(string text, int edit, Func<Task> offer)
    {
        _edit = edit;
        var isNew = text != _text;
        if (isNew) Colour(text);
        // Before anything is waited for: keys that come next ask for it.
        _offering = offer();
        if (isNew) await ValueChanged.InvokeAsync(text);
        StateHasChanged();
        await _offering;
    }

    private void Colour(string text) => (_text, _tokens) = (text, QueryTokens.Of(text));

    /// <summary>
    /// Unasked, the list opens where a name or a value is typed; elsewhere it would be in the way. What was offered before stands until the answer is there, so that the
    /// list does not flicker with every letter.
    /// </summary>
    private async Task OfferAsync(string text, int caret, bool isTyping, bool isAsked)
    {
        _asking?.Cancel();
        var context = CompletionContext.At(text, Math.Clamp(caret, 0, text.Length));
        var isWanted = isAsked || (isTyping && context.Kind is CompletionKind.Value or CompletionKind.Field or CompletionKind.Function && (context.Typed.Length > 0 || context.Kind == CompletionKind.Value));
        if (!isWanted)
        {
            Close();
            StateHasChanged();
            return;
        }

        using var asking = _asking = new CancellationTokenSource();
        try
        {
            var offered = await Completions.ForAsync(context, Range, asking.Token);
            if (asking.IsCancellationRequested) return;
            // Who has gone down in the list while a letter was under way stays there.
            var chosen = IsOpen && _chosen >= 0 ? _offered[_chosen] : null;
            (_context, _offeredFor, _offered, _chosen) = (context, text, offered, chosen is null ? -1 : offered.Select(o => o.Label).ToList().IndexOf(chosen.Label));
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // More was typed.
        }
        finally
        {
            if (_asking == asking) _asking = null;
        }
    }

    /// <summary>Until the list is that of the letter typed last: a key pressed behind it means that list.</summary>
    private async Task SettledAsync()
    {
        while (!_offering.IsCompleted) await _offering;
    }

    /// <summary>Clicked; where another letter was typed before, only if it is offered still.</summary>
    private async Task TakeAsync(Completion clicked)
    {
        await SettledAsync();
        if (_offered.FirstOrDefault(offered => offered.Text == clicked.Text) is { } completion) await AcceptAsync(completion);
    }

    private async Task AcceptAsync(Completion completion)
    {
        if (_context is not { } context || _editor is null) return;
        Close();
        // A blank that is there already is not typed again.
        var written = _offeredFor;
        var text = context.End < written.Length && written[context.End] == ' ' ? completion.Text.TrimEnd(' ') : completion.Text;
        await _editor.InvokeVoidAsync("replace", written[..context.End], written.Length, context.Start, text, context.Start + text.Length - completion.CaretBack);
    }

    /// <summary>Nothing is offered, nor will be by a question that is still under way.</summary>
    private void Close()
    {
        _asking?.Cancel();
        (_offered, _chosen) = ([], -1);
    }

    private string ClassOf(QueryToken token)
    {
        var kind = token.Kind switch
        {
            QueryTokenKind.Comment => "qe-comment",
            QueryTokenKind.Keyword => "qe-keyword",
            QueryTokenKind.Function => "qe-function",
            QueryTokenKind.Intrinsic => "qe-intrinsic",
            QueryTokenKind.Attribute => "qe-attribute",
            QueryTokenKind.String => "qe-string",
            QueryTokenKind.Number => "qe-number",
            QueryTokenKind.Operator or QueryTokenKind.Bracket => "qe-operator",
            _ => "",
        };
        return Error is { } error && token.Start < Math.Max(error.Span.End, error.Offset + 1) && token.End > error.Offset ? kind + " qe-mark" : kind;
    }
}
