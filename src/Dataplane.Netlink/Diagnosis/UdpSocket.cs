using static Dataplane.Netlink.Diagnosis.DiagMessages;

namespace Dataplane.Netlink.Diagnosis;

/// <summary>A connected UDP socket of some process, as sock_diag(7) shows it.</summary>
public sealed class UdpSocket
{
    internal UdpSocket(byte family, in inet_diag_sockid id)
    {
        Family = family;
        Id = id;
    }

    /// <summary>Its cookie, which a BPF program gets by bpf_get_socket_cookie().</summary>
    public ulong Cookie => Id.idiag_cookie_low | ((ulong)Id.idiag_cookie_high << 32);

    internal byte Family { get; }

    internal inet_diag_sockid Id { get; }
}
