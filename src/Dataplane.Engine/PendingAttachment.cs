namespace Dataplane.Engine;

/// <summary>An attachment that works but whose result nobody got yet. Unless it is completed, its record is one of an ADD that was killed.</summary>
/// <param name="result">What was made.</param>
/// <param name="journal">Its journal, which is taken over.</param>
/// <typeparam name="T">What was made.</typeparam>
public sealed class PendingAttachment<T>(T result, Journal journal) : IDisposable
{
    /// <summary>What was made.</summary>
    public T Result { get; } = result;

    /// <summary>Its journal: writing <see cref="AttachmentStep.Done"/> completes the attachment, disposing it lets others work on it.</summary>
    public Journal Journal { get; } = journal;

    /// <inheritdoc/>
    public void Dispose() => Journal.Dispose();
}
