using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>Runs plugins with more variables set over the environment than the caller sets.</summary>
/// <param name="inner">Runs them.</param>
/// <param name="more">The variables.</param>
internal sealed class OverridingExecutor(IPluginExecutor inner, IReadOnlyList<KeyValuePair<string, string>> more) : IPluginExecutor
{
    /// <inheritdoc/>
    public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides) =>
        inner.Execute(binaryPath, stdin, [.. cniEnvironmentOverrides, .. more]);
}
