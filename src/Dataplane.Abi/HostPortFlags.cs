namespace Dataplane.Abi;

/// <summary>How a host port is used, and by whom (<c>enum dp_host_port_flag</c>).</summary>
[Flags]
public enum HostPortFlags : uint
{
    /// <summary>Everybody may use it, but not the pod itself.</summary>
    None = 0,

    /// <summary><c>"snat"</c>: the pod itself may use the port (hairpin).</summary>
    Snat = 1 << 0,

    /// <summary><c>"masqAll"</c>: every client appears as the node.</summary>
    MasqAll = 1 << 1,

    /// <summary>Only clients inside of <see cref="HostPortRow.MatchSource"/>.</summary>
    Source = 1 << 2,

    /// <summary>Only clients outside of it.</summary>
    SourceNot = 1 << 3,

    /// <summary>Only packets to an address inside of <see cref="HostPortRow.MatchDestination"/>.</summary>
    Destination = 1 << 4,

    /// <summary>Only packets to an address outside of it.</summary>
    DestinationNot = 1 << 5,

    /// <summary>Only what comes in by <see cref="HostPortRow.MatchDevice"/>.</summary>
    Device = 1 << 6,

    /// <summary>Only what comes in by another device.</summary>
    DeviceNot = 1 << 7,
}
