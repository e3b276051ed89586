using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The executable under a name that is no plugin's: every call, VERSION aside, says so.</summary>
/// <param name="name">The name it was started by.</param>
internal sealed class UnknownPlugin(string name) : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request) => throw Refusal();

    /// <inheritdoc/>
    public override void Del(CniRequest request) => throw Refusal();

    /// <inheritdoc/>
    public override void Check(CniRequest request) => throw Refusal();

    /// <inheritdoc/>
    public override void Status(CniRequest request) => throw Refusal();

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => throw Refusal();

    private CniException Refusal() => new(
        CniErrorCode.Internal, $"no plugin is called \"{name}\": install this executable as one of {PluginCatalog.Names}");
}
