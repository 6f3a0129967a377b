namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>What a Thrift value is, by the numbers of the binary protocol (spec/wire-formats.md 3.2).</summary>
internal enum ThriftType : byte
{
    /// <summary>The end of a struct.</summary>
    Stop = 0,
    Bool = 2,
    Byte = 3,
    Double = 4,
    I16 = 6,
    I32 = 8,
    I64 = 10,

    /// <summary>A string or binary: the wire does not tell them apart.</summary>
    Bytes = 11,
    Struct = 12,
    Map = 13,
    Set = 14,
    List = 15,
}
