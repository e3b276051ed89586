using System.Globalization;
using Dataplane.Bpf;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// Where a node's records and locks are: /run/dataplane/&lt;cookie of the host network namespace&gt;/. It is gone after a reboot, as
/// everything it describes.
/// </summary>
/// <param name="cookie">The cookie.</param>
public sealed class RunDirectory(ulong cookie)
{
    private const uint DirectoryMode = 0x1c0; // 0700
    private const uint FileMode = 0x180; // 0600

    // Bytes. A container with thousands of host ports has a longer one.
    private const int UsualRecord = 16 * 1024;
    private readonly ulong _cookie = cookie;
    private readonly string _records = "attachments";

    private RunDirectory(ulong cookie, string records)
        : this(cookie) => _records = records;

    /// <summary>/run/dataplane, or what DATAPLANE_RUN names: tests keep their records apart.</summary>
    public static string Root => NodePrograms.RunRoot;

    /// <summary>The node's directory.</summary>
    public string Path { get; } = string.Concat(Root, "/", cookie.ToString(CultureInfo.InvariantCulture));

    /// <summary>The directory of the records, which are of attachments.</summary>
    public string Attachments => string.Concat(Path, "/", _records);

    /// <summary>The same node, with the records of what portmap did: an attachment may have one here and one there.</summary>
    public RunDirectory PortMappings => new(_cookie, "portmap");

    /// <summary>The same node, with the records of what bandwidth did.</summary>
    public RunDirectory Bandwidths => new(_cookie, "bandwidth");

    /// <summary>The same node, with the records of what firewall did.</summary>
    public RunDirectory Firewalls => new(_cookie, "firewall");

    /// <summary>
    /// Where steps of a kind are written down for an attachment: in the records of the plugin that was chained for them, or in the main record when
    /// one plugin did everything.
    /// </summary>
    /// <param name="id">The attachment.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="chained">The records of the chained plugin.</param>
    internal RunDirectory WithStep(AttachmentId id, StepKind kind, RunDirectory chained) =>
        chained.ReadRecord(id.FileName) is null && ReadRecord(id.FileName)?.Find(kind) is not null ? this : chained;

    /// <summary>Waits for a lock of the node, which is held until the result is disposed.</summary>
    /// <param name="name">What is locked; a file name.</param>
    public LockedFile Lock(string name) => OpenOrCreate($"{Path}/{name}.lock", Path);

    /// <summary>Opens an attachment's record and waits until nobody else works on it.</summary>
    /// <param name="id">The attachment.</param>
    public LockedFile OpenRecord(AttachmentId id) => OpenOrCreate($"{Attachments}/{id.FileName}", Attachments);

    /// <summary>The same without making one.</summary>
    /// <param name="id">The attachment.</param>
    /// <returns>Null when there is none.</returns>
    public LockedFile? TryOpenRecord(AttachmentId id) => LockedFile.TryOpen($"{Attachments}/{id.FileName}");

    /// <summary>The names of the records' files, in no order.</summary>
    public List<string> ListRecords()
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(Attachments);
        return directory?.List() ?? [];
    }

    /// <summary>Reads a record without its lock, as it is at the moment.</summary>
    /// <param name="name">Its file.</param>
    /// <returns>Null when it is gone or not (yet) a record.</returns>
    public AttachmentRecord? ReadRecord(string name)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(Attachments);
        for (int size = UsualRecord; ; size *= 8)
        {
            byte[] buffer = new byte[size];
            int length = directory?.Read(name, buffer) ?? 0;
            if (length < size)
            {
                return length > 0 ? AttachmentRecord.Parse(buffer.AsSpan(0, length)) : null;
            }
        }
    }

    private static LockedFile OpenOrCreate(string file, string directory)
    {
        while (true)
        {
            try
            {
                return LockedFile.Open(file, FileMode);
            }
            catch (LinuxException e) when (e.Errno == Errno.ENOENT)
            {
                // The first call on this node, or somebody unloads the node at this moment.
                DirectoryFd.OpenOrCreate(directory, DirectoryMode).Dispose();
            }
        }
    }
}
