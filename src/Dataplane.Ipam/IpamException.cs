namespace Dataplane.Ipam;

/// <summary>An address cannot be given, or the configuration of a pool makes no sense.</summary>
/// <param name="message">One sentence. Tools match on the texts the reference host-local plugin uses, so those are kept word for word.</param>
/// <param name="details">What an operator needs beyond that: the owner, the file, the count. Empty when there is nothing more.</param>
public sealed class IpamException(string message, string details = "") : Exception(message)
{
    /// <summary>What an operator needs beyond the message; may be empty.</summary>
    public string Details { get; } = details;
}
