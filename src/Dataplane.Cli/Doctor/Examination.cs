using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>Everything doctor looks at, in the order in which one thing rests on another.</summary>
internal static class Examination
{
    /// <summary>Examines a node.</summary>
    public static DoctorReport Of(NodeView node)
    {
        List<Finding> findings =
        [
            .. KernelChecks.Run(),
            .. MountChecks.Run(),
            .. SysctlChecks.Run(node),
            .. ProgramChecks.Run(node),
            .. UplinkChecks.Run(node),
            .. TranslationChecks.Run(node),
            .. LimitChecks.Run(node),
            .. LitterChecks.Run(node),
        ];
        return new DoctorReport(findings.TrueForAll(f => f.Verdict != Verdict.Broken), findings);
    }
}
