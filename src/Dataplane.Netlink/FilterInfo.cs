namespace Dataplane.Netlink;

/// <summary>A cls_bpf filter on a device's clsact.</summary>
/// <param name="IsIngress">True: ingress; false: egress.</param>
/// <param name="Priority">Its place: lower runs first.</param>
/// <param name="Handle">Its handle at that priority.</param>
/// <param name="Name">Name given when it was attached.</param>
/// <param name="ProgramId">BPF program id; 0 where the kernel does not tell.</param>
public sealed record FilterInfo(bool IsIngress, ushort Priority, uint Handle, string Name, uint ProgramId);
