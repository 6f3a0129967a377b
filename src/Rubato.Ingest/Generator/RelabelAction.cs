namespace Rubato.Ingest.Generator;

/// <summary>What a rule of <c>write_relabel_configs</c> does; the words of Prometheus.</summary>
public enum RelabelAction
{
    /// <summary>Sets the target label where the source labels match.</summary>
    Replace,

    /// <summary>Drops series whose source labels do not match.</summary>
    Keep,

    /// <summary>Drops series whose source labels match.</summary>
    Drop,

    /// <summary>Sets the target label to a number below the modulus that the source labels decide.</summary>
    HashMod,

    /// <summary>Copies labels whose name matches to the name that the replacement gives.</summary>
    LabelMap,

    /// <summary>Removes labels whose name matches.</summary>
    LabelDrop,

    /// <summary>Removes labels whose name does not match.</summary>
    LabelKeep,

    /// <summary>Sets the target label to the source labels in lower case.</summary>
    Lowercase,

    /// <summary>Sets the target label to the source labels in upper case.</summary>
    Uppercase,

    /// <summary>Drops series whose source labels are not equal to the target label.</summary>
    KeepEqual,

    /// <summary>Drops series whose source labels are equal to the target label.</summary>
    DropEqual,
}
