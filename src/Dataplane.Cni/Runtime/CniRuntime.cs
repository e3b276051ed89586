using System.Buffers;
using System.Diagnostics;

namespace Dataplane.Cni.Runtime;

/// <summary>
/// What a container runtime does with plugins: attaches containers to networks, checks and detaches them, and collects what is left of lost ones.
/// The order of calls, what each plugin reads, the cache and the texts of errors are libcni's.
/// </summary>
/// <param name="cniPath">CNI_PATH: the directories of the plugins, separated by ':'.</param>
/// <param name="executor">What runs them; null: <see cref="ProcessExecutor"/>.</param>
/// <param name="cache">Where results are remembered; null: libcni's place.</param>
public sealed partial class CniRuntime(string cniPath, IPluginExecutor? executor = null, ResultCache? cache = null)
{
    private const string FirstCheck = "0.4.0";
    private const string FirstGc = "1.1.0";
    private readonly IPluginExecutor _executor = executor ?? new ProcessExecutor();

    /// <summary>The cache.</summary>
    public ResultCache Cache { get; } = cache ?? new ResultCache();

    /// <summary>Where the log of plugins that succeeded goes; null is the process's standard error.</summary>
    public Stream? PluginLog { get; init; }

    /// <summary>Is told how long each call of a plugin took.</summary>
    public Action<PluginTiming>? Timing { get; init; }

    private PluginDelegate Plugins => new(_executor, PluginLog ?? Console.OpenStandardError());

    /// <summary>
    /// Attaches a container: ADD of each plugin in order, each with the result of the one before. What an ADD that fails has done stays, until
    /// <see cref="Del"/> undoes it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The attachment.</param>
    /// <returns>The last plugin's result, in the version it answered in.</returns>
    /// <exception cref="CniException">A plugin failed; the code and details are its own. Or the result cannot be remembered.</exception>
    public CniResult Add(NetworkList network, RuntimeAttachment attachment)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        CniResult? result = null;
        foreach (PluginConfig plugin in network.Plugins)
        {
            try
            {
                result = AddOne(network, plugin, attachment, result);
            }
            catch (CniException e)
            {
                throw Wrap(e, $"plugin {plugin.Description} failed (add)");
            }
        }
        if (result is null)
        {
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "no plugin configs found");
        }
        try
        {
            Cache.Add(network, attachment, result);
        }
        catch (CniException e)
        {
            throw Wrap(e, $"failed to set network {GoText.Quote(network.Name)} cached result");
        }
        return result;
    }

    /// <summary>
    /// Detaches a container: DEL of each plugin in reverse order, with the remembered result where the version has that. The first failure ends it, and
    /// everything can be repeated.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The attachment, as it was made.</param>
    /// <exception cref="CniException">A plugin failed; the code and details are its own.</exception>
    public void Del(NetworkList network, RuntimeAttachment attachment)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        ReadOnlyMemory<byte>? result = null;
        if (CniVersions.Compare(network.CniVersion, FirstCheck) >= 0)
        {
            try
            {
                result = Cache.FindPrevResult(network.Name, attachment, network.CniVersion);
            }
            catch (CniException)
            {
                // Torn by a crash, or of a version nothing converts from: a DEL without it is better than none.
                Cache.Remove(network.Name, attachment);
            }
        }
        for (int i = network.Plugins.Count - 1; i >= 0; i--)
        {
            PluginConfig plugin = network.Plugins[i];
            try
            {
                PluginInput input = new PluginInput(plugin).Network(network).PrevResult(result).RuntimeConfig(attachment.CapabilityArgs);
                _ = Run(plugin, input, "DEL", attachment);
            }
            catch (CniException e)
            {
                throw Wrap(e, $"plugin {plugin.Description} failed (delete)");
            }
        }
        Cache.Remove(network.Name, attachment);
    }

    /// <summary>Checks an attachment: CHECK of each plugin in order, with the remembered result. A network with "disableCheck" is not checked.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The attachment, as it was made.</param>
    /// <exception cref="CniException">A plugin's own error; the version has no CHECK; the remembered result cannot be read.</exception>
    public void Check(NetworkList network, RuntimeAttachment attachment)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        if (CniVersions.Compare(network.CniVersion, FirstCheck) < 0)
        {
            throw new CniException(
                CniErrorCode.IncompatibleVersion, $"configuration version {GoText.Quote(network.CniVersion)} does not support the CHECK command");
        }
        if (network.DisableCheck)
        {
            return;
        }
        ReadOnlyMemory<byte>? result;
        try
        {
            result = Cache.FindPrevResult(network.Name, attachment, network.CniVersion);
        }
        catch (CniException e)
        {
            throw Wrap(e, $"failed to get network {GoText.Quote(network.Name)} cached result");
        }
        foreach (PluginConfig plugin in network.Plugins)
        {
            PluginInput input = new PluginInput(plugin).Network(network).PrevResult(result).RuntimeConfig(attachment.CapabilityArgs);
            _ = Run(plugin, input, "CHECK", attachment);
        }
    }

    private CniResult AddOne(NetworkList network, PluginConfig plugin, RuntimeAttachment attachment, CniResult? before)
    {
        // In this order: what is reported first when several things are wrong.
        _ = PluginDelegate.Find(plugin.Type, cniPath);
        CniNames.CheckContainerId(attachment.ContainerId);
        CniNames.CheckNetworkName(network.Name);
        CniNames.CheckInterfaceName(attachment.IfName);
        ReadOnlyMemory<byte>? prevResult = null;
        if (before is not null)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            ResultJson.WriteCompact(buffer, before, before.CniVersion);
            prevResult = buffer.WrittenMemory;
        }
        PluginInput input = new PluginInput(plugin).Network(network).PrevResult(prevResult).RuntimeConfig(attachment.CapabilityArgs);
        return ResultJson.Parse(Run(plugin, input, "ADD", attachment).Span, network.CniVersion);
    }

    private ReadOnlyMemory<byte> Run(PluginConfig plugin, PluginInput input, string command, RuntimeAttachment? attachment)
    {
        string path = PluginDelegate.Find(plugin.Type, cniPath);
        ReadOnlyMemory<byte> stdin = input.ToJson();
        List<KeyValuePair<string, string>> variables =
        [
            new("CNI_COMMAND", command),
            new("CNI_CONTAINERID", attachment?.ContainerId ?? ""),
            new("CNI_NETNS", attachment?.NetnsPath ?? ""),
            new("CNI_ARGS", attachment?.ArgsText ?? ""),
            new("CNI_IFNAME", attachment?.IfName ?? ""),
            new("CNI_PATH", cniPath),
        ];
        long start = Stopwatch.GetTimestamp();
        bool failed = true;
        try
        {
            ReadOnlyMemory<byte> output = Plugins.Run(path, stdin.Span, variables);
            failed = false;
            return output;
        }
        finally
        {
            Timing?.Invoke(new PluginTiming(plugin.Type, command, Stopwatch.GetElapsedTime(start), failed));
        }
    }

    private static CniException Wrap(CniException e, string before) => new(e.Code, $"{before}: {e.Message}", e.Details, e);
}
