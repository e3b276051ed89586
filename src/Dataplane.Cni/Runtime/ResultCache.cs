using System.Buffers;

namespace Dataplane.Cni.Runtime;

/// <summary>
/// What ADD remembers of each attachment for CHECK, DEL and GC, in libcni's place and format: it and this library read each other's. Files appear whole or
/// not at all, whenever the process ends. They are not synchronized to the disk: what a crash of the machine tears belongs to containers that are gone too.
/// </summary>
public sealed class ResultCache
{
    /// <summary>Where libcni keeps it, in the directory "results".</summary>
    public const string DefaultDirectory = "/var/lib/cni";

    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _results;

    /// <summary>Makes the cache of a directory, which need not exist.</summary>
    /// <param name="directory">The directory in which "results" is.</param>
    public ResultCache(string directory = DefaultDirectory) => _results = Path.Join(directory, "results");

    /// <summary>The file of an attachment.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="ifName">The interface inside it.</param>
    /// <exception cref="CniException">One is empty, or would lead to another directory.</exception>
    public string PathOf(string network, string containerId, string ifName)
    {
        if (string.IsNullOrEmpty(network) || string.IsNullOrEmpty(containerId) || string.IsNullOrEmpty(ifName))
        {
            throw new CniException(
                CniErrorCode.Internal,
                $"cache file path requires network name ({GoText.Quote(network ?? "")}), container ID ({GoText.Quote(containerId ?? "")}), "
                + $"and interface name ({GoText.Quote(ifName ?? "")})");
        }
        string name = $"{network}-{containerId}-{ifName}";
        return name.Contains('/') || name.Contains('\0')
            ? throw new CniException(CniErrorCode.Internal, $"{GoText.Quote(name)} cannot be the name of a cache file")
            : Path.Join(_results, name);
    }

    /// <summary>Remembers an attachment; what was remembered of it is replaced.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The attachment.</param>
    /// <param name="result">The ADD's result.</param>
    /// <exception cref="CniException">The file cannot be written.</exception>
    public void Add(NetworkList network, RuntimeAttachment attachment, CniResult result)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        ArgumentNullException.ThrowIfNull(result);
        string path = PathOf(network.Name, attachment.ContainerId, attachment.IfName);
        ReadOnlyMemory<byte> content = CacheFile.Write(network, attachment, result);
        // The name is this process's own, and no attachment's: networks begin with a letter or a digit.
        string temporary = Path.Join(_results, $".{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        try
        {
            MakeDirectory();
            Write(temporary, content.Span);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            Delete(temporary);
            throw new CniException(CniErrorCode.Io, FileFailure.Describe("open", path, e), "", e);
        }
    }

    /// <summary>Forgets an attachment. That this fails is no reason to fail for whoever removed the attachment itself.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="attachment">The attachment.</param>
    public void Remove(string network, RuntimeAttachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        try
        {
            Delete(PathOf(network, attachment.ContainerId, attachment.IfName));
        }
        catch (CniException)
        {
            // It has no file that could be named.
        }
    }

    /// <summary>The ADD's result.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="attachment">The attachment.</param>
    /// <returns>Null when nothing is remembered, or it cannot be read.</returns>
    /// <exception cref="CniException">The file is torn, or no result.</exception>
    public CniResult? FindResult(string network, RuntimeAttachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return Read(PathOf(network, attachment.ContainerId, attachment.IfName)) is { } content ? CacheFile.ReadResult(content) : null;
    }

    /// <summary>Everything that is remembered about an attachment.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="ifName">The interface inside it.</param>
    /// <returns>Null when that is nothing, or the file is torn or of older days.</returns>
    public CachedAttachment? Find(string network, string containerId, string ifName) =>
        Read(PathOf(network, containerId, ifName)) is { } content ? CacheFile.ReadAttachment(content) : null;

    /// <summary>All attachments, in the order of their files' names. Files that are torn or somebody else's are passed over.</summary>
    /// <param name="containerId">Only those of this container; empty for all.</param>
    public IReadOnlyList<CachedAttachment> List(string containerId = "")
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(_results);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return [];
        }
        Array.Sort(files, StringComparer.Ordinal);
        var attachments = new List<CachedAttachment>();
        foreach (string file in files)
        {
            // A process that was killed left its temporary file: the attachment has its own, or was never made.
            if (!Path.GetFileName(file.AsSpan()).StartsWith('.')
                && Read(file) is { } content
                && CacheFile.ReadAttachment(content) is { } found
                && (containerId.Length == 0 || found.Attachment.ContainerId == containerId))
            {
                attachments.Add(found);
            }
        }
        return attachments;
    }

    /// <summary>The ADD's result as a prevResult of a version.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="attachment">The attachment.</param>
    /// <param name="version">The version.</param>
    /// <returns>Null when nothing is remembered.</returns>
    /// <exception cref="CniException">The file is torn, or the version cannot hold its result.</exception>
    internal ReadOnlyMemory<byte>? FindPrevResult(string network, RuntimeAttachment attachment, string version)
    {
        if (FindResult(network, attachment) is not { } result)
        {
            return null;
        }
        try
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            ResultJson.WriteCompact(buffer, result, version);
            return buffer.WrittenMemory;
        }
        catch (CniException e)
        {
            throw new CniException(e.Code, $"failed to convert cached result to config version {GoText.Quote(version)}: {e.Message}", e.Details, e);
        }
    }

    private void MakeDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_results);
        }
        else
        {
            Directory.CreateDirectory(_results, DirectoryMode);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }
        using var file = new FileStream(path, options);
        file.Write(content);
    }

    private static ReadOnlyMemory<byte>? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return null;
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // It stays: the next ADD or DEL of the attachment meets it again.
        }
    }
}
