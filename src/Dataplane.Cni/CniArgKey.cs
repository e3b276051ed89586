namespace Dataplane.Cni;

/// <summary>A key a plugin knows in CNI_ARGS.</summary>
/// <param name="Name">The key, case-sensitive: "MAC".</param>
/// <param name="Validate">What is wrong with a value, or null when it is right; no function takes every value.</param>
public readonly record struct CniArgKey(string Name, Func<string, string?>? Validate = null);
