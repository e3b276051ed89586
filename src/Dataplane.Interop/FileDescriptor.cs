using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>An open file descriptor, closed with the object. Never inherited: it is opened close-on-exec.</summary>
public sealed partial class FileDescriptor : SafeHandle
{
    /// <summary>None yet: LibraryImport fills it in.</summary>
    public FileDescriptor()
        : base(-1, ownsHandle: true)
    {
    }

    /// <summary>Takes over <paramref name="number"/>.</summary>
    /// <param name="number">An open descriptor that nobody else closes.</param>
    public FileDescriptor(int number)
        : this() => SetHandle(number);

    /// <inheritdoc/>
    public override bool IsInvalid => (int)handle < 0;

    /// <summary>The descriptor's number, for as long as the caller keeps this object.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public int Number
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed || IsInvalid, this);
            return (int)handle;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsClosed ? "closed" : $"fd {(int)handle}";

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0;

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
