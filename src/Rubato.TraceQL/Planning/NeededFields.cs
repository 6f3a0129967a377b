using Rubato.Model.Columns;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Planning;

/// <summary>The fields that a query looks at: only these are read when its traces are turned into plain objects.</summary>
internal sealed class NeededFields
{
    private readonly HashSet<(AttributeOwner Owner, string Key)> _keys = [];

    public NeededFields() => _keys.Add((AttributeOwner.Resource, "service.name"));

    public bool StatusMessage { get; private set; }

    public bool Scopes { get; private set; }

    public bool Events { get; private set; }

    public bool Links { get; private set; }

    /// <summary>Values of whole traces are needed (root, nested sets, duration, child count): one span cannot tell them.</summary>
    public bool WholeTrace { get; private set; }

    /// <summary>All resource attributes: legacy tag search tells resources apart.</summary>
    public bool AllOfResource { get; init; }

    /// <summary>Every attribute there is.</summary>
    public bool AllKeys { get; set; }

    /// <summary>The fields of conditions and select, in the order in which they first occur: what answers show of a span.</summary>
    public List<Field> Shown { get; } = [];

    public bool Needs(AttributeOwner owner, string key) => NeedsAll(owner) || _keys.Contains((owner, key));

    public bool NeedsAll(AttributeOwner owner) => AllKeys || (AllOfResource && owner == AttributeOwner.Resource);

    public IEnumerable<string> KeysOf(AttributeOwner owner) => _keys.Where(k => k.Owner == owner).Select(k => k.Key);

    public void AddKey(AttributeOwner owner, string key)
    {
        _keys.Add((owner, key));
        Events |= owner == AttributeOwner.Event;
        Links |= owner == AttributeOwner.Link;
    }

    public void Add(SpansetPipeline pipeline)
    {
        foreach (var stage in pipeline.Stages) Add(stage);
    }

    public void Add(FieldExpression expression)
    {
        switch (expression)
        {
            case Field field:
                if (!Shown.Contains(field)) Shown.Add(field);
                AddField(field);
                break;
            case UnaryExpression unary:
                Add(unary.Operand);
                break;
            case BinaryExpression binary:
                Add(binary.Left);
                Add(binary.Right);
                break;
            case PresenceExpression presence:
                Add(presence.Operand);
                break;
            case RegexExpression regex:
                Add(regex.Operand);
                break;
        }
    }

    private void Add(PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetFilter filter:
                Add(filter.Condition);
                break;
            case SpansetOperation operation:
                Add(operation.Left);
                Add(operation.Right);
                break;
            case WrappedPipeline wrapped:
                Add(wrapped.Pipeline);
                break;
            case GroupByStage by:
                Add(by.Expression);
                break;
            case SelectStage select:
                foreach (var field in select.Fields) Add(field);
                break;
            case ScalarFilterStage { Aggregate.Argument: { } argument }:
                Add(argument);
                break;
        }
    }

    private void AddField(Field field)
    {
        if (field is AttributeField attribute)
        {
            switch (attribute.Scope)
            {
                case AttributeScope.Span:
                    AddKey(AttributeOwner.Span, attribute.Name);
                    break;
                case AttributeScope.Resource:
                    AddKey(AttributeOwner.Resource, attribute.Name);
                    break;
                case AttributeScope.Instrumentation:
                    AddKey(AttributeOwner.Scope, attribute.Name);
                    break;
                case AttributeScope.Event:
                    AddKey(AttributeOwner.Event, attribute.Name);
                    break;
                case AttributeScope.Link:
                    AddKey(AttributeOwner.Link, attribute.Name);
                    break;
                default:
                    AddKey(AttributeOwner.Span, attribute.Name);
                    AddKey(AttributeOwner.Resource, attribute.Name);
                    break;
            }

            return;
        }

        switch (((IntrinsicField)field).Intrinsic)
        {
            case Intrinsic.StatusMessage:
                StatusMessage = true;
                break;
            case Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion:
                Scopes = true;
                break;
            case Intrinsic.EventName or Intrinsic.EventTimeSinceStart:
                Events = true;
                break;
            case Intrinsic.LinkTraceId or Intrinsic.LinkSpanId:
                Links = true;
                break;
            case Intrinsic.TraceDuration or Intrinsic.TraceRootName or Intrinsic.TraceRootService or Intrinsic.SpanChildCount
                or Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent:
                WholeTrace = true;
                break;
        }
    }
}
