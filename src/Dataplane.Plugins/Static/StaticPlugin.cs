using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The IPAM plugin "static": the addresses that the configuration or the runtime writes down. Nothing is kept of them, so there is nothing to collect.</summary>
internal sealed class StaticPlugin : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => "static";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        StaticConfig config = StaticConfig.Parse(request);
        var result = new CniResult { Dns = config.Dns };
        foreach (StaticAddress address in config.Addresses)
        {
            result.Ips.Add(new CniIpConfig { Address = address.Address, Gateway = address.Gateway });
        }

        result.Routes.AddRange(config.Routes);
        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        // Nothing was reserved. A configuration that became wrong meanwhile keeps no container from going.
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        StaticConfig config = StaticConfig.Parse(request);
        CniResult result = Expectations.PrevResult(request);
        foreach (StaticAddress expected in config.Addresses)
        {
            // One that the result does not have is no error: another plugin of the chain may have changed it.
            foreach (CniIpConfig ip in result.Ips)
            {
                if (ip.Address.Address.Equals(expected.Address.Address))
                {
                    if (expected.Gateway is not null && !expected.Gateway.Equals(ip.Gateway))
                    {
                        throw new CniException(
                            CniErrorCode.Internal,
                            $"static: Failed to match addr {IpText.Format(ip.Address.Address)} on interface {request.IfName}");
                    }

                    break;
                }
            }
        }
    }

    /// <summary>Throws for a configuration that no ADD could be served with.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request) => _ = StaticConfig.Parse(request);
}
