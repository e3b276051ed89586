namespace Dataplane.Cni;

/// <summary>The versions whose results have one and the same shape.</summary>
internal enum ResultFamily
{
    /// <summary>0.1.0 and 0.2.0: one address for each IP version, with its routes.</summary>
    V02,

    /// <summary>0.3.0 to 0.4.0: lists of interfaces, addresses and routes.</summary>
    V04,

    /// <summary>1.0.0 and 1.1.0: addresses without an IP version, interfaces with more to say.</summary>
    V1,
}
