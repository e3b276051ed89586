namespace Dataplane.Dhcp;

/// <summary>Numbers of the options that mean something here (RFC 2132, RFC 3442).</summary>
public static class OptionCode
{
    /// <summary>Nothing, one byte.</summary>
    public const byte Pad = 0;

    /// <summary>Subnet mask.</summary>
    public const byte SubnetMask = 1;

    /// <summary>Routers, the preferred one first.</summary>
    public const byte Routers = 3;

    /// <summary>The client's name.</summary>
    public const byte HostName = 12;

    /// <summary>Routes to classful networks.</summary>
    public const byte StaticRoutes = 33;

    /// <summary>The address the client wants.</summary>
    public const byte RequestedAddress = 50;

    /// <summary>The lease's length, seconds.</summary>
    public const byte LeaseTime = 51;

    /// <summary>The fields "file" and "sname" hold options.</summary>
    public const byte Overload = 52;

    /// <summary>What the message is.</summary>
    public const byte MessageType = 53;

    /// <summary>The server's address, which is its name.</summary>
    public const byte ServerIdentifier = 54;

    /// <summary>Options the client wants to know.</summary>
    public const byte ParameterRequestList = 55;

    /// <summary>The longest message the client takes.</summary>
    public const byte MaximumMessageSize = 57;

    /// <summary>T1, seconds.</summary>
    public const byte RenewalTime = 58;

    /// <summary>T2, seconds.</summary>
    public const byte RebindingTime = 59;

    /// <summary>The client's vendor class.</summary>
    public const byte VendorClass = 60;

    /// <summary>The client's name for its lease.</summary>
    public const byte ClientIdentifier = 61;

    /// <summary>The client's user class.</summary>
    public const byte UserClass = 77;

    /// <summary>Routes to any networks.</summary>
    public const byte ClasslessRoutes = 121;

    /// <summary>The last one, one byte.</summary>
    public const byte End = 255;
}
