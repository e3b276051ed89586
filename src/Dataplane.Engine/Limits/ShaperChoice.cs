namespace Dataplane.Engine;

/// <summary>Which engine the configuration asks for.</summary>
public enum ShaperChoice
{
    /// <summary>Departure times where the kernel has the qdisc fq, else tbf.</summary>
    Auto,

    /// <summary>Departure times; an error where the kernel has no fq.</summary>
    Edt,

    /// <summary>The kernel's token bucket.</summary>
    Tbf,
}
