namespace Dataplane.Cni.Runtime;

/// <summary>How long one call of a plugin took: its process, from before its start to after its end.</summary>
/// <param name="Type">The plugin.</param>
/// <param name="Command">"ADD", "DEL", …</param>
/// <param name="Duration">The time.</param>
/// <param name="Failed">It exited with another status than 0, or could not be run.</param>
public readonly record struct PluginTiming(string Type, string Command, TimeSpan Duration, bool Failed);
