namespace Dataplane.Bpf;

/// <summary>Outcome of a BPF_PROG_TEST_RUN.</summary>
/// <param name="Verdict">What the program returned: TC_ACT_UNSPEC -1, TC_ACT_SHOT 2, TC_ACT_REDIRECT 7.</param>
/// <param name="DurationNs">Mean time of a run, ns, the kernel's loop included.</param>
/// <param name="Length">Bytes of the frame afterwards.</param>
public readonly record struct BpfTestResult(int Verdict, uint DurationNs, int Length);
