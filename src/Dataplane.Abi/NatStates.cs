namespace Dataplane.Abi;

/// <summary>What was seen of a translated connection (<c>enum dp_nat_state</c>).</summary>
[Flags]
public enum NatStates : uint
{
    /// <summary>Packets of the direction that began, and nothing else.</summary>
    None = 0,

    /// <summary>Packets of both directions.</summary>
    Replied = 1 << 0,

    /// <summary>A FIN from the side that began.</summary>
    FinOriginal = 1 << 1,

    /// <summary>A FIN from the side that answers.</summary>
    FinReply = 1 << 2,

    /// <summary>A RST.</summary>
    Rst = 1 << 3,

    /// <summary>It is dead or expired, and a program is just removing it.</summary>
    Over = 1 << 4,
}
