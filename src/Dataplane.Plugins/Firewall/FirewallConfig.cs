using System.Net;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// The firewall plugin's configuration. "iptablesAdminChainName" is read as the reference reads it and has no effect: there is no rule that a chain of
/// the administrator's could come before.
/// </summary>
internal sealed class FirewallConfig
{
    private const string DefaultZone = "trusted";
    private const string Firewalld = "firewalld";
    private const string Iptables = "iptables";
    private string _policy = "";

    /// <summary>"backend": firewalld, iptables, or whatever is there.</summary>
    public FirewallBackend Backend { get; private init; }

    /// <summary>"firewalldZone"; "trusted" when it is not there.</summary>
    public required string Zone { get; init; }

    /// <summary>The container's addresses, by the previous result.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; private init; } = [];

    /// <summary>Reads it. A policy that nobody knows is no reason to fail yet: DEL goes on without one.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static FirewallConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        string backend = root.GetString("backend");
        _ = root.GetString("iptablesAdminChainName");
        string zone = root.GetString("firewalldZone");
        string policy = root.GetString("ingressPolicy");
        List<IPAddress> addresses = [];
        foreach (CniIpConfig ip in request.Config.PrevResult?.Ips ?? [])
        {
            addresses.Add(ip.Address.Address);
        }

        return new FirewallConfig
        {
            // As the reference, which takes every other word for none.
            Backend = backend == Firewalld ? FirewallBackend.Firewalld : backend == Iptables ? FirewallBackend.Programs : FirewallBackend.Any,
            Zone = zone.Length > 0 ? zone : DefaultZone,
            Addresses = addresses,
            _policy = policy,
        };
    }

    /// <summary>"ingressPolicy".</summary>
    /// <exception cref="CniException">Nobody knows it.</exception>
    public IngressPolicy Policy() => _policy switch
    {
        "" or "open" => IngressPolicy.Open,
        "same-bridge" => IngressPolicy.SameBridge,
        "isolated" => IngressPolicy.Isolated,
        _ => throw new CniException(CniErrorCode.Internal, $"unknown ingress policy: {GoText.Quote(_policy)}"),
    };

    /// <summary>What the engine is asked for.</summary>
    /// <param name="request">The call.</param>
    /// <param name="firewalld">Whether firewalld is to let the container through.</param>
    /// <exception cref="CniException">Nobody knows the policy.</exception>
    public FirewallRequest Request(CniRequest request, bool firewalld) => new()
    {
        Id = Translate.Id(request),
        Network = request.Config.Name,
        NetnsPath = request.NetnsPath,
        Policy = Policy(),
        Zone = firewalld ? Zone : null,
        Addresses = Addresses,
    };
}
