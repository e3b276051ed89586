namespace Dataplane.Dhcp;

/// <summary>A lease could not be had, or kept: one sentence.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">What was the matter.</param>
public sealed class DhcpException(string message, Exception? inner = null) : Exception(message, inner);
