using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// The few functions of libbpf (1.x) that loading a node's programs takes, in C's names: &lt;bpf/libbpf.h&gt; documents
/// them. Pointers are opaque objects of libbpf; functions that return an int return 0 or a negative errno, those that
/// return a pointer return null and set errno.
/// </summary>
/// <remarks>Statically linked into the executables; the tests' runtime loads <c>libbpf.so</c>.</remarks>
public static unsafe partial class LibBpf
{
    private const string Library = "libbpf";

    /// <summary>Opens an ELF object in memory, which stays in use until <see cref="bpf_object__close"/>.</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint bpf_object__open_mem(void* obj_buf, nuint obj_buf_sz, void* opts);

    /// <summary>Creates the maps that were not given, resolves externs, loads and verifies the programs.</summary>
    [LibraryImport(Library)]
    public static partial int bpf_object__load(nint obj);

    /// <summary>Closes the object's maps and programs, and frees it.</summary>
    [LibraryImport(Library)]
    public static partial void bpf_object__close(nint obj);

    /// <summary>The map after <paramref name="map"/> (null: the first), or null.</summary>
    [LibraryImport(Library)]
    public static partial nint bpf_object__next_map(nint obj, nint map);

    /// <summary>The map's name; after <see cref="bpf_map__reuse_fd"/>, that of the map which was given.</summary>
    [LibraryImport(Library)]
    public static partial byte* bpf_map__name(nint map);

    /// <summary>The map's descriptor, owned by the object, or a negative errno before the load.</summary>
    [LibraryImport(Library)]
    public static partial int bpf_map__fd(nint map);

    /// <summary>The <c>enum bpf_map_type</c> that the object declares.</summary>
    [LibraryImport(Library)]
    public static partial uint bpf_map__type(nint map);

    /// <summary>The key's size in bytes that the object declares.</summary>
    [LibraryImport(Library)]
    public static partial uint bpf_map__key_size(nint map);

    /// <summary>The value's size in bytes that the object declares.</summary>
    [LibraryImport(Library)]
    public static partial uint bpf_map__value_size(nint map);

    /// <summary>How many entries the map will be created with.</summary>
    [LibraryImport(Library)]
    public static partial uint bpf_map__max_entries(nint map);

    /// <summary>The <c>BPF_F_*</c> flags that the object declares.</summary>
    [LibraryImport(Library)]
    public static partial uint bpf_map__map_flags(nint map);

    /// <summary>Changes the size that the map will be created with.</summary>
    [LibraryImport(Library)]
    public static partial int bpf_map__set_max_entries(nint map, uint max_entries);

    /// <summary>Makes the object use an existing map, of which it duplicates the descriptor.</summary>
    [LibraryImport(Library)]
    public static partial int bpf_map__reuse_fd(nint map, int fd);

    /// <summary>The program after <paramref name="prog"/> (null: the first), or null.</summary>
    [LibraryImport(Library)]
    public static partial nint bpf_object__next_program(nint obj, nint prog);

    /// <summary>The program's name: that of its C function.</summary>
    [LibraryImport(Library)]
    public static partial byte* bpf_program__name(nint prog);

    /// <summary>The program's descriptor, owned by the object, or a negative errno before the load.</summary>
    [LibraryImport(Library)]
    public static partial int bpf_program__fd(nint prog);

    /// <summary>Whether the program is loaded with its object; <c>SEC("?…")</c> ones are not unless asked for.</summary>
    /// <returns>0, or a negative errno (EINVAL: loaded already).</returns>
    [LibraryImport(Library)]
    public static partial int bpf_program__set_autoload(nint prog, [MarshalAs(UnmanagedType.U1)] bool autoload);
}
