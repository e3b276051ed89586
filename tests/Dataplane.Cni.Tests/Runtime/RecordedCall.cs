namespace Dataplane.Cni.Tests.Runtime;

/// <summary>What a plugin was given.</summary>
internal sealed record RecordedCall(string Plugin, string Stdin, IReadOnlyDictionary<string, string> Variables)
{
    public string Command => Variables["CNI_COMMAND"];

    public override string ToString() => $"{Command} {Plugin}";
}
