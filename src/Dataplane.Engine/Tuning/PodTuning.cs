namespace Dataplane.Engine;

/// <summary>Settings as a part of the ADD that makes the interface: what is changed is in that attachment's record.</summary>
public static class PodTuning
{
    /// <summary>
    /// Sets everything. Of the sysctls, what was before is written down; of the interface nothing, since it goes away with the attachment.
    /// </summary>
    /// <param name="wanted">What.</param>
    /// <param name="journal">The ADD's, with the interface in it.</param>
    /// <exception cref="NodeException">A signal came, or something could not be set.</exception>
    public static void AddTo(LinkSettings wanted, Journal journal)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(journal);
        if (wanted.IsEmpty)
        {
            return;
        }

        AttachmentRecord record = journal.Record!;
        using TunedInterface tuned = TunedInterface.Open(record.NetnsPath, record.Id.IfName);
        List<AttachmentStep> steps = [];
        foreach (SysctlSetting before in tuned.Current(wanted).Sysctls)
        {
            steps.Add(AttachmentStep.Sysctl(before, tuned.Cookie));
        }

        journal.Write(steps);
        tuned.Apply(wanted);
    }

    /// <summary>Sets a sysctl of a record to what it was; where the namespace or the sysctl is gone there is nothing to set.</summary>
    /// <exception cref="NodeException">It could not be set.</exception>
    internal static void Restore(AttachmentRecord record, AttachmentStep step)
    {
        using TunedInterface? tuned = TunedInterface.TryOpen(record.NetnsPath, record.Id.IfName);
        if (tuned is not null && tuned.Cookie == step.Cookie && SysctlName.TryParsePath(step.Name) is { } name
            && tuned.Restore(new LinkSettings { Sysctls = [new SysctlSetting(name, step.Value)] }) is { Count: > 0 } failures)
        {
            throw new NodeException(failures[0]);
        }
    }
}
