namespace Dataplane.Plugins.Tests.HostLocal;

/// <summary>One call in a sequence on one data directory. In the configuration, DATA stands for the data directory.</summary>
public sealed record Step(string Command, string ContainerId, string Config, string Args = "", string IfName = "eth0");

/// <summary>What a call answered.</summary>
public sealed record Answer(int Exit, string Stdout);
