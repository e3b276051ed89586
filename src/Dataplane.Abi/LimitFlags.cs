namespace Dataplane.Abi;

/// <summary>How a limit is kept (<c>enum dp_limit_flag</c>).</summary>
[Flags]
public enum LimitFlags : uint
{
    /// <summary>By the device's qdisc alone, for everything.</summary>
    None = 0,

    /// <summary>The programs stamp departure times, the qdisc fq holds packets until then.</summary>
    Edt = 1 << 0,

    /// <summary>What the map <c>limit_subnets</c> has for the endpoint is not limited.</summary>
    Unshaped = 1 << 1,

    /// <summary>Nothing else is.</summary>
    Shaped = 1 << 2,
}
