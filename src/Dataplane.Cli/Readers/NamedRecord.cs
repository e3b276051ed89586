using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>A file below the attachment records' directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Record">What it says; null when it is empty or torn.</param>
internal sealed record NamedRecord(string Name, AttachmentRecord? Record);
