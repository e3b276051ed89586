using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>An object while it is loaded: libbpf creates maps, verifies programs, and is gone again.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private const string PlainSuffix = "_plain";
    private readonly byte* _image;
    private readonly string _name;
    private nint _object;

    private BpfObject(string name, byte* image, nint handle)
    {
        _name = name;
        _image = image;
        _object = handle;
    }

    /// <summary>Opens an embedded object.</summary>
    /// <param name="name">"from_pod": the object from_pod.bpf.o.</param>
    public static BpfObject Open(string name)
    {
        using Stream resource = typeof(BpfObject).Assembly.GetManifestResourceStream($"{name}.bpf.o")
            ?? throw new InvalidOperationException($"{name}.bpf.o is not in this executable");
        return Open(name, resource);
    }

    /// <summary>Opens an object.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="resource">The ELF file.</param>
    internal static BpfObject Open(string name, Stream resource)
    {
        int size = (int)resource.Length;
        // Native memory: libbpf keeps pointers into it until the object is closed.
        byte* image = (byte*)NativeMemory.Alloc((nuint)size);
        resource.ReadExactly(new Span<byte>(image, size));

        BeginLog();
        nint handle = LibBpf.bpf_object__open_mem(image, (nuint)size, null);
        int errno = Marshal.GetLastPInvokeError();
        string log = EndLog();
        if (handle == 0)
        {
            NativeMemory.Free(image);
            throw new BpfLoadException($"{name}.bpf.o cannot be opened: {Errno.Text(errno)}", errno, log);
        }

        return new BpfObject(name, image, handle);
    }

    /// <summary>Its maps, by name.</summary>
    public IEnumerable<(string Name, nint Map)> Maps()
    {
        for (nint map = Next(0, program: false); map != 0; map = Next(map, program: false))
        {
            yield return (NameOf(map, program: false), map);
        }
    }

    /// <summary>Its programs, by name, with their descriptors; negative: not loaded.</summary>
    public IEnumerable<(string Name, int Fd)> Programs()
    {
        for (nint program = Next(0, program: true); program != 0; program = Next(program, program: true))
        {
            yield return (NameOf(program, program: true), LibBpf.bpf_program__fd(program));
        }
    }

    /// <summary>The name that a program is known by: of a plain twin, that of the one it stands in for.</summary>
    /// <param name="program">"from_pod" or "from_pod_plain".</param>
    public static string PinName(string program) =>
        program.EndsWith(PlainSuffix, StringComparison.Ordinal) ? program[..^PlainSuffix.Length] : program;

    /// <summary>Makes <see cref="TryLoad"/> load, of every program that has a plain twin, the twin.</summary>
    /// <returns>False: none has one.</returns>
    public bool ChooseTwins()
    {
        var programs = new List<(string Name, nint Program)>();
        for (nint program = Next(0, program: true); program != 0; program = Next(program, program: true))
        {
            programs.Add((NameOf(program, program: true), program));
        }

        bool any = false;
        foreach ((string name, nint twin) in programs)
        {
            string full = PinName(name);
            if (full.Length == name.Length)
            {
                continue;
            }

            any = true;
            SetAutoload(name, twin, true);
            foreach ((string other, nint program) in programs)
            {
                if (other == full)
                {
                    SetAutoload(other, program, false);
                }
            }
        }

        return any;
    }

    /// <summary>Creates the maps that were not given, and loads and verifies the programs.</summary>
    /// <returns>Null, or why the kernel refuses.</returns>
    public BpfLoadException? TryLoad()
    {
        BeginLog();
        int result = LibBpf.bpf_object__load(_object);
        string log = EndLog();
        return result == 0 ? null
            : new BpfLoadException($"the kernel does not load {_name}.bpf.o: {Errno.Text(-result)}{LastWords(log)}", -result, log);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_object != 0)
        {
            LibBpf.bpf_object__close(_object);
            NativeMemory.Free(_image);
            _object = 0;
        }
    }

    private static void SetAutoload(string name, nint program, bool load)
    {
        int result = LibBpf.bpf_program__set_autoload(program, load);
        if (result != 0)
        {
            throw new LinuxException("choose program", name, -result);
        }
    }

    private nint Next(nint previous, bool program) =>
        program ? LibBpf.bpf_object__next_program(_object, previous) : LibBpf.bpf_object__next_map(_object, previous);

    private static string NameOf(nint item, bool program) =>
        Marshal.PtrToStringUTF8((nint)(program ? LibBpf.bpf_program__name(item) : LibBpf.bpf_map__name(item))) ?? "";

    private static void BeginLog()
    {
        int result = Shim.dp_shim_log_begin();
        if (result != 0)
        {
            throw new LinuxException("collect log", "libbpf", -result);
        }
    }

    private static string EndLog()
    {
        nuint size;
        byte* text = Shim.dp_shim_log_end(&size);
        if (text == null)
        {
            return "";
        }

        string log = Encoding.UTF8.GetString(text, (int)size);
        Shim.dp_shim_log_free(text);
        return log;
    }

    /// <summary>
    /// The verifier's log ends with statistics; the line before them says what it did not like, and the one before
    /// that at which instruction. Without such a log it is libbpf that did not like something.
    /// </summary>
    private static string LastWords(string log)
    {
        string before = "", last = "", libbpf = "";
        bool verifier = false;
        foreach (ReadOnlySpan<char> line in log.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("libbpf: "))
            {
                libbpf = verifier || line.Contains("failed to load object", StringComparison.Ordinal) ? libbpf : line["libbpf: ".Length..].ToString();
                verifier |= line.EndsWith("LOAD LOG --");
            }
            else if (verifier && line.Length > 0 && !line.StartsWith("processed ") && !line.StartsWith("-- "))
            {
                (before, last) = (last, line.Trim().ToString());
            }
        }

        return last.Length == 0 ? libbpf.Length == 0 ? "" : $" ({libbpf})"
            : before.Length == 0 ? $" ({last})" : $" ({before} / {last})";
    }
}
