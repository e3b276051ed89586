namespace Dataplane.Abi;

/// <summary>What is known of a flow (<c>enum dp_flow_state</c>).</summary>
public enum FlowState : byte
{
    /// <summary>Seen, not proven: takes the stack.</summary>
    Candidate = 1,

    /// <summary>Proven: the stack lets it pass untranslated, so the programs deliver it.</summary>
    Fast = 2,

    /// <summary>Somebody translates it: takes the stack for good.</summary>
    Slow = 3,

    /// <summary>Answers of a host port's connection: translated on their way out of the pod, see <see cref="NatRow"/>.</summary>
    HostPort = 4,
}
