namespace Dataplane.Node.Tests.Nat;

/// <summary>From where to where.</summary>
public enum Way
{
    PodToOutside,
    OutsideToHostPort,
    NodeToNodeAddress,
    NodeToLocalhost,
    PodToOwnNode,
    PodToItself,
}

/// <summary>What is sent.</summary>
public enum Transport
{
    Tcp,
    Udp,
    Icmp,
    Sctp,
}

/// <summary>How much of it at once.</summary>
public enum Size
{
    /// <summary>Fits everywhere.</summary>
    Small,

    /// <summary>Larger than some link of the path takes, which the sender has to learn.</summary>
    Larger,

    /// <summary>Cut into fragments, by the sender or on its way.</summary>
    Fragmented,
}

/// <summary>The cells of the matrix: {family} × {transport} × {way} × {size}, without those that cannot be.</summary>
public static class Cell
{
    public static IEnumerable<object[]> All =>
        from v6 in (bool[])[false, true]
        from transport in Enum.GetValues<Transport>()
        from way in Enum.GetValues<Way>()
        from size in Enum.GetValues<Size>()
        where Exists(v6, transport, way, size)
        select new object[] { v6, transport, way, size };

    private static bool Exists(bool v6, Transport transport, Way way, Size size)
    {
        bool outside = way is Way.PodToOutside or Way.OutsideToHostPort;
        return transport switch
        {
            // Within the node every link takes the same, so larger is a matter of segmentation. IPv6's routers do not fragment, and TCP never does.
            Transport.Tcp => size != Size.Fragmented || (outside && !v6),
            Transport.Udp => size != Size.Larger || outside,
            // A host port has no ICMP of its own, and errors have tests of their own.
            Transport.Icmp => way == Way.PodToOutside,
            // By raw sockets, where the kernel has none for SCTP: what the node itself sends is translated at its sockets, which raw ones are not.
            Transport.Sctp => size != Size.Larger && way is not (Way.NodeToNodeAddress or Way.NodeToLocalhost),
            _ => false,
        };
    }
}
