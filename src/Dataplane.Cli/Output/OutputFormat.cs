namespace Dataplane.Cli.Output;

/// <summary>How a report is written: <c>-o table</c> or <c>-o json</c>.</summary>
internal enum OutputFormat
{
    /// <summary>Aligned columns for people.</summary>
    Table,

    /// <summary>One JSON document whose field names are stable (docs/dpctl.md).</summary>
    Json,
}
