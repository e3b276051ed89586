using Dataplane.Bpf;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The configuration's object "dataplane": what the reference plugins do not know.</summary>
internal sealed class DataplaneOptions
{
    private const ulong MaxFlowEntries = 1 << 24;

    /// <summary>"fastPath": "off" (default "auto").</summary>
    public bool FastPathOff { get; private init; }

    /// <summary>"sourceCheck": "strict" (default "auto").</summary>
    public bool SourceStrict { get; private init; }

    /// <summary>"flowEntries": how many flows the node's maps hold, from the first load on; null is the default.</summary>
    public uint? FlowEntries { get; private init; }

    /// <summary>Reads and validates the object.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidNetworkConfig"/>, with the values that are possible.</exception>
    public static DataplaneOptions Parse(NetworkConfig config)
    {
        JsonView own = config.Root.Get("dataplane").WithErrors(CniErrorCode.InvalidNetworkConfig, "invalid \"dataplane\": ").AsObject();
        ulong flows = own.GetUInt("flowEntries");
        if (flows > MaxFlowEntries || (flows < NodeOptions.MinFlowEntries && own.Has("flowEntries")))
        {
            throw own.Error($"\"flowEntries\" is {flows}: from {NodeOptions.MinFlowEntries} to {MaxFlowEntries}");
        }

        string logLevel = own.GetString("logLevel", "off");
        if (!LogLevels.TryParse(logLevel, out _))
        {
            throw own.Error($"\"logLevel\" is \"{logLevel}\": one of off, warn, info, debug");
        }

        return new DataplaneOptions
        {
            FastPathOff = Choose(own, "fastPath", "off"),
            SourceStrict = Choose(own, "sourceCheck", "strict"),
            FlowEntries = flows == 0 ? null : (uint)flows,
        };
    }

    private static bool Choose(JsonView own, string key, string other)
    {
        string value = own.GetString(key, "auto");
        return value == other || (value == "auto" ? false : throw own.Error($"\"{key}\" is \"{value}\": auto or {other}"));
    }
}
