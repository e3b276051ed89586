namespace Dataplane.Cni;

/// <summary>What CNI_COMMAND asks for.</summary>
public enum CniCommand
{
    /// <summary>Attach a container to the network, or change an attachment (chained plugins).</summary>
    Add,

    /// <summary>Undo an ADD; succeeds when there is nothing left to undo.</summary>
    Del,

    /// <summary>Verify that an attachment is as its ADD left it; from 0.4.0 on.</summary>
    Check,

    /// <summary>Remove what belongs to no attachment of <see cref="NetworkConfig.ValidAttachments"/>; from 1.1.0 on.</summary>
    Gc,

    /// <summary>Say whether an ADD could be served; from 1.1.0 on.</summary>
    Status,

    /// <summary>Print the supported versions; answered by <see cref="PluginHost"/>.</summary>
    Version,
}
