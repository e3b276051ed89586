using Dataplane.Interop;

namespace Dataplane.Netlink;

/// <summary>The kernel refused a request: which, on what, why, and the sentence it gave (NLMSGERR_ATTR_MSG), if any.</summary>
/// <param name="request">The request's name: "create veth".</param>
/// <param name="subject">What it was about: a device, an address.</param>
/// <param name="errno">The error number, positive.</param>
/// <param name="extendedAck">The kernel's own sentence, or "".</param>
/// <param name="index">Its place in the batch, from 0.</param>
public sealed class NetlinkException(string request, string subject, int errno, string extendedAck = "", int index = 0)
    : Exception(extendedAck.Length > 0
        ? $"{request} {subject}: {Interop.Errno.Text(errno)} ({extendedAck})"
        : $"{request} {subject}: {Interop.Errno.Text(errno)}")
{
    /// <summary>The request's name.</summary>
    public string Request { get; } = request;

    /// <summary>What it was about.</summary>
    public string Subject { get; } = subject;

    /// <summary>The error number, positive.</summary>
    public int Errno { get; } = errno;

    /// <summary>The kernel's own sentence, or "".</summary>
    public string ExtendedAck { get; } = extendedAck;

    /// <summary>Its place in the batch, from 0.</summary>
    public int Index { get; } = index;
}
