using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>What P/Invoke cannot do, from <c>native/</c>: libbpf's messages arrive through a <c>va_list</c>.</summary>
public static unsafe partial class Shim
{
    private const string Library = "libdataplane_shim";

    /// <summary>
    /// Begins to collect what libbpf prints on the calling thread. Other threads' messages are dropped: nothing of
    /// libbpf ever reaches stderr.
    /// </summary>
    /// <returns>0, or a negative errno (ENOMEM, EBUSY: this thread collects already).</returns>
    [LibraryImport(Library)]
    public static partial int dp_shim_log_begin();

    /// <summary>Ends it. The text ends with a NUL that <paramref name="size"/> does not count.</summary>
    /// <returns>The text, to be freed by <see cref="dp_shim_log_free"/>; null when nothing was collected.</returns>
    [LibraryImport(Library)]
    public static partial byte* dp_shim_log_end(nuint* size);

    /// <summary>Frees what <see cref="dp_shim_log_end"/> returned.</summary>
    [LibraryImport(Library)]
    public static partial void dp_shim_log_free(byte* text);
}
