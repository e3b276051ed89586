namespace Dataplane.Abi;

/// <summary>What was seen of a TCP flow's end (<c>enum dp_flow_tcp</c>).</summary>
[Flags]
public enum FlowTcp : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A FIN from side 0.</summary>
    Fin0 = 1 << 0,

    /// <summary>A FIN from side 1.</summary>
    Fin1 = 1 << 1,

    /// <summary>A RST.</summary>
    Rst = 1 << 2,
}
