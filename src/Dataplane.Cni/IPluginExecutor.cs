namespace Dataplane.Cni;

/// <summary>Runs a plugin's executable: the process machinery this library does without.</summary>
public interface IPluginExecutor
{
    /// <summary>
    /// Runs it once, to its end. Never throws for what happens to the child: that is in the output, also when it could not be started.
    /// </summary>
    /// <param name="binaryPath">The executable.</param>
    /// <param name="stdin">What it reads on standard input.</param>
    /// <param name="cniEnvironmentOverrides">Variables set over the parent's environment, which it inherits; a later one wins.</param>
    PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides);
}
