namespace Dataplane.Engine;

/// <summary>What keeps a limit.</summary>
public enum Shaper
{
    /// <summary>The programs compute departure times, the qdisc fq keeps packets until then.</summary>
    Edt,

    /// <summary>The qdisc tbf, or htb where a limit is not for every peer.</summary>
    Tbf,
}
