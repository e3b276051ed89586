namespace Dataplane.Engine;

/// <summary>An interface as an ADD reported it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mac">Its hardware address as text; empty when it was not reported.</param>
public sealed record ExpectedInterface(string Name, string Mac);
