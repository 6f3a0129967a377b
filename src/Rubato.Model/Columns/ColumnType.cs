namespace Rubato.Model.Columns;

/// <summary>Value type of an attribute column. A key that occurs with several types has one column for each.</summary>
public enum ColumnType : byte
{
    String,
    Int64,
    Double,
    Bool,

    /// <summary>Bytes, arrays, key-value lists and empty values: the exact bytes of OTLP's AnyValue message.</summary>
    Any,
}
