namespace Dataplane.Engine;

/// <summary>The protocols a port can be mapped of, by their IP protocol numbers.</summary>
public enum TransportProtocol : byte
{
    /// <summary>"tcp".</summary>
    Tcp = 6,

    /// <summary>"udp".</summary>
    Udp = 17,

    /// <summary>"sctp".</summary>
    Sctp = 132,
}
