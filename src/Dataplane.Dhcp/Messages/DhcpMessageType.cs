namespace Dataplane.Dhcp;

/// <summary>What a message is: the value of option 53 (RFC 2132, 9.6).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>No value of the option.</summary>
    None = 0,

    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server offers an address.</summary>
    Offer = 2,

    /// <summary>A client takes an offer, or wants to keep its address.</summary>
    Request = 3,

    /// <summary>A client found its address in use.</summary>
    Decline = 4,

    /// <summary>A server gives the address.</summary>
    Ack = 5,

    /// <summary>A server refuses.</summary>
    Nak = 6,

    /// <summary>A client gives its address back.</summary>
    Release = 7,
}
