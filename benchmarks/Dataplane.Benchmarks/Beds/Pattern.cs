namespace Dataplane.Benchmarks.Beds;

/// <summary>What flows.</summary>
internal enum Pattern
{
    /// <summary>One TCP stream (iperf3): nanoseconds a gibibyte.</summary>
    Bulk,

    /// <summary>A byte asked, a byte answered, on eight connections.</summary>
    Requests,

    /// <summary>TCP connections, each opened, answered by a byte and closed, by eight threads.</summary>
    Connections,

    /// <summary>Datagrams of 18 bytes in batches of 64, counted where they arrive.</summary>
    Datagrams,
}
