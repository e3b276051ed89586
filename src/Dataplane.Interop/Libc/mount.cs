using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>mount(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string filesystemtype, ulong mountflags, void* data);
}
