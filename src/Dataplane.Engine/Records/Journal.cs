using System.Text;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// An attachment's record while it is worked on: locked, so that ADD, DEL and GC of one attachment wait for each other, and
/// written a step ahead of what is done.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly LockedFile _file;

    private Journal(LockedFile file)
    {
        _file = file;
        Record = AttachmentRecord.Parse(file.ReadAll());
    }

    /// <summary>What is written; null when it is new or its ADD was killed before it wrote anything.</summary>
    public AttachmentRecord? Record { get; private set; }

    /// <summary>Opens an attachment's journal, makes it when it is missing, and waits until nobody else works on it.</summary>
    /// <param name="directory">The node's.</param>
    /// <param name="id">The attachment.</param>
    public static Journal Open(RunDirectory directory, AttachmentId id) => new(directory.OpenRecord(id));

    /// <summary>The same without making one.</summary>
    /// <param name="directory">The node's.</param>
    /// <param name="id">The attachment.</param>
    /// <returns>Null when there is none.</returns>
    public static Journal? TryOpen(RunDirectory directory, AttachmentId id) => directory.TryOpenRecord(id) is { } file ? new Journal(file) : null;

    /// <summary>Opens a journal unless somebody works on it: an ADD that runs is neither stale nor anybody else's to undo.</summary>
    /// <param name="directory">The node's.</param>
    /// <param name="fileName">The record's file.</param>
    /// <returns>Null when it is gone or in use.</returns>
    public static Journal? TryOpenIdle(RunDirectory directory, string fileName) =>
        LockedFile.TryOpenUnlocked($"{directory.Attachments}/{fileName}") is { } file ? new Journal(file) : null;

    /// <summary>Starts the record of an ADD; what was written before is gone.</summary>
    /// <param name="record">Who it is about; without steps.</param>
    public void Begin(AttachmentRecord record)
    {
        _file.Clear();
        Record = record;
        _file.Append(Encoding.UTF8.GetBytes(record.Preamble()));
    }

    /// <summary>Writes a step that is taken next. A call that was asked to end goes no further.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="NodeException">SIGTERM or SIGINT came.</exception>
    public void Write(AttachmentStep step)
    {
        Interruption.ThrowIfRequested();
        Record!.Steps.Add(step);
        _file.Append(Encoding.UTF8.GetBytes($"{step}\n"));
    }

    /// <summary>Writes several steps that are taken next, in one piece.</summary>
    /// <param name="steps">The steps.</param>
    /// <exception cref="NodeException">SIGTERM or SIGINT came.</exception>
    public void Write(IReadOnlyList<AttachmentStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        Interruption.ThrowIfRequested();
        Record!.Steps.AddRange(steps);
        var text = new StringBuilder(64 * steps.Count);
        foreach (AttachmentStep step in steps)
        {
            text.Append(step.ToString()).Append('\n');
        }

        _file.Append(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The attachment stands: its result is with whoever asked for it.</summary>
    public void Complete()
    {
        Record!.Steps.Add(AttachmentStep.Done);
        _file.Append(Encoding.UTF8.GetBytes($"{AttachmentStep.Done}\n"));
    }

    /// <summary>Writes the record anew, with other steps. A call that is killed meanwhile leaves none: for steps that the kernel or GC undoes as well.</summary>
    /// <param name="steps">The steps.</param>
    public void Rewrite(IReadOnlyList<AttachmentStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var text = new StringBuilder(Record!.Preamble());
        foreach (AttachmentStep step in steps)
        {
            text.Append(step.ToString()).Append('\n');
        }

        Record.Steps.Clear();
        Record.Steps.AddRange(steps);
        _file.Clear();
        _file.Append(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Forgets a step that turned out not to have been taken, before it is undone.</summary>
    /// <param name="step">The step.</param>
    public void Retract(AttachmentStep step) => Record!.Steps.Remove(step);

    /// <summary>Removes the record: nothing of the attachment is left.</summary>
    public void Remove() => _file.Remove();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
