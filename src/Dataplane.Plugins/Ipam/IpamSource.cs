using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The IPAM plugin of a configuration as the engine's source of addresses.</summary>
/// <param name="plugins">Calls it.</param>
/// <param name="request">The main plugin's own call.</param>
/// <param name="complete">What the main plugin changes in the plugin's answer before it is used.</param>
/// <param name="failure">What the main plugin says before the plugin's error, which is then its own; empty: the error is passed on as it is.</param>
internal sealed class IpamSource(PluginDelegate plugins, CniRequest request, Action<CniResult>? complete = null, string failure = "") : IAddressSource
{
    /// <inheritdoc/>
    public string Type => request.Config.IpamType;

    /// <inheritdoc/>
    public bool NeedsInterface => Type == DhcpPlugin.PluginName;

    /// <inheritdoc/>
    public bool HasRefused { get; private set; }

    /// <summary>The plugin's answer, completed; null before it was asked.</summary>
    public CniResult? Result { get; private set; }

    /// <inheritdoc/>
    public AddressPlan Acquire()
    {
        CniResult result = Ask();
        if (result.Ips.Count == 0)
        {
            throw new CniException(CniErrorCode.Internal, "IPAM plugin returned missing IP config");
        }

        complete?.Invoke(result);
        AddressPlan plan = Translate.Plan(result);
        Result = result;
        return plan;
    }

    private CniResult Ask()
    {
        try
        {
            return plugins.Add(request, Type);
        }
        catch (CniException e)
        {
            HasRefused = e.LeavesNothing;
            if (failure.Length == 0)
            {
                throw;
            }

            throw new CniException(CniErrorCode.Internal, string.Concat(failure, e.ToString()), "", e);
        }
    }

    /// <inheritdoc/>
    public void Release() => plugins.Del(request.As(CniCommand.Del), Type);

    /// <summary>The source of another attachment of the same network, for GC: the plugin is told whose addresses to take back.</summary>
    /// <param name="call">The main plugin's own call.</param>
    /// <param name="request">The GC call.</param>
    /// <param name="id">The attachment.</param>
    public static IpamSource For(Call call, CniRequest request, AttachmentId id) => new(
        call.PluginsAs([new("CNI_CONTAINERID", id.ContainerId), new("CNI_IFNAME", id.IfName), new("CNI_NETNS", "")]), request);
}
