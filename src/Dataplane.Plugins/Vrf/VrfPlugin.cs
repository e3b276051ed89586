using Dataplane.Cni;
using Dataplane.Engine;
using EngineVrf = Dataplane.Engine.Vrf;

namespace Dataplane.Plugins;

/// <summary>The plugin "vrf": the container's interface in a VRF of its namespace.</summary>
internal sealed class VrfPlugin : CniPlugin
{
    private const string FirstVersion = "0.3.1";

    /// <inheritdoc/>
    public override string Name => "vrf";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SupportedVersions { get; } = CniVersions.From(FirstVersion);

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        VrfConfig config = VrfConfig.Parse(request);
        CniResult result = PrevResult(request);
        try
        {
            Translate.Errors(() => EngineVrf.Add(request.NetnsPath, request.IfName, config.Name, config.Table));
        }
        catch (CniException e)
        {
            throw new CniException(e.Code, $"cmdAdd failed: {e.Message}", e.Details, e);
        }

        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        VrfConfig config = VrfConfig.Parse(request);
        Translate.Errors(() => EngineVrf.Remove(request.NetnsPath, request.IfName, config.Name));
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        VrfConfig config = VrfConfig.Parse(request);
        _ = PrevResult(request);
        Translate.Errors(() => EngineVrf.Check(request.NetnsPath, request.IfName, config.Name, config.Table));
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        _ = VrfConfig.Parse(request);
        NodeStatus.Require(EngineVrf.VerifyKernel);
    }

    private static CniResult PrevResult(CniRequest request) =>
        request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "missing prevResult from earlier plugin");
}
