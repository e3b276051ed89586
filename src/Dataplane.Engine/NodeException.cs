namespace Dataplane.Engine;

/// <summary>Something on the node did not work: one sentence for the operator, and what the kernel said.</summary>
public sealed class NodeException : Exception
{
    /// <summary>Makes the failure.</summary>
    /// <param name="message">One sentence that names the object.</param>
    /// <param name="inner">The kernel's refusal, or null.</param>
    public NodeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The kernel's refusal with its operation and errno, or empty.</summary>
    public string Details => InnerException?.Message ?? "";
}
