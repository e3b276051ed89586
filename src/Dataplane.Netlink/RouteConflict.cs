namespace Dataplane.Netlink;

/// <summary>What to do when a route to the same destination exists.</summary>
public enum RouteConflict
{
    /// <summary>Fail with EEXIST (NLM_F_EXCL).</summary>
    Fail,

    /// <summary>Replace it (NLM_F_REPLACE).</summary>
    Replace,

    /// <summary>Add another one behind it (NLM_F_APPEND): several gateways for one destination.</summary>
    Append,

    /// <summary>Add another one before it (NLM_F_CREATE alone), as the reference plugins do; in IPv6 it joins the others.</summary>
    Prepend,
}
