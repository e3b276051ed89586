namespace Dataplane.Node.Tests.Limits;

/// <summary>Who is at the other end of a limited pod's traffic, and how it comes there.</summary>
public enum Peer
{
    /// <summary>A machine outside, called by the pod.</summary>
    Outside,

    /// <summary>The node itself, which calls the pod.</summary>
    Node,

    /// <summary>Another pod of the node, called by the pod.</summary>
    Pod,

    /// <summary>A machine outside, which calls a host port of the pod's.</summary>
    HostPort,
}

/// <summary>Where the limited bytes go.</summary>
public enum Direction
{
    /// <summary>The pod sends: egressRate.</summary>
    FromPod,

    /// <summary>The pod receives: ingressRate.</summary>
    ToPod,
}

/// <summary>What is sent.</summary>
public enum Load
{
    Cubic,
    Cubic8,
    Bbr,
    Bbr8,
    Udp,
}

/// <summary>The cells of a path: {direction} × {rate} × {load}.</summary>
public static class LimitCell
{
    private static readonly long[] s_rates = [10_000_000, 100_000_000, 1_000_000_000];

    public static IEnumerable<object[]> All =>
        from direction in Enum.GetValues<Direction>()
        from rate in s_rates
        from load in Enum.GetValues<Load>()
        select new object[] { direction, rate, load };
}
