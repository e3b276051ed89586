namespace Dataplane.Interop;

/// <summary>Where programs are attached (<c>enum bpf_attach_type</c> of &lt;linux/bpf.h&gt;).</summary>
public enum BpfAttachType
{
    /// <summary>BPF_CGROUP_INET4_CONNECT: connect(2) of an IPv4 socket.</summary>
    CgroupInet4Connect = 10,

    /// <summary>BPF_TCX_INGRESS: packets that a device receives (6.6).</summary>
    TcxIngress = 46,

    /// <summary>BPF_TCX_EGRESS: packets that a device sends (6.6).</summary>
    TcxEgress = 47,
}
