namespace Dataplane.Cli.Output;

/// <summary>What a cell means; a terminal shows it as a colour, a file not at all.</summary>
internal enum CellStyle
{
    /// <summary>Nothing special.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Attention,

    /// <summary>Broken.</summary>
    Bad,

    /// <summary>Of little interest.</summary>
    Faint,
}
