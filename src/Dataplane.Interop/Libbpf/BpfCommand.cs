namespace Dataplane.Interop;

/// <summary>Commands of <c>bpf(2)</c> (<c>enum bpf_cmd</c> of &lt;linux/bpf.h&gt;).</summary>
public enum BpfCommand
{
    /// <summary>BPF_MAP_CREATE: a new map's descriptor.</summary>
    MapCreate = 0,

    /// <summary>BPF_MAP_LOOKUP_ELEM: a copy of a key's value.</summary>
    MapLookupElem = 1,

    /// <summary>BPF_MAP_UPDATE_ELEM: writes a key's value.</summary>
    MapUpdateElem = 2,

    /// <summary>BPF_MAP_DELETE_ELEM: removes a key.</summary>
    MapDeleteElem = 3,

    /// <summary>BPF_MAP_GET_NEXT_KEY: the key after a key.</summary>
    MapGetNextKey = 4,

    /// <summary>BPF_PROG_LOAD: verifies a program and gives its descriptor.</summary>
    ProgLoad = 5,

    /// <summary>BPF_OBJ_PIN: gives a map or program a name on bpffs.</summary>
    ObjPin = 6,

    /// <summary>BPF_OBJ_GET: the descriptor of what is pinned under a name.</summary>
    ObjGet = 7,

    /// <summary>BPF_PROG_ATTACH: attaches a program without a link.</summary>
    ProgAttach = 8,

    /// <summary>BPF_PROG_DETACH: takes it away.</summary>
    ProgDetach = 9,

    /// <summary>BPF_PROG_TEST_RUN: runs a program on a packet.</summary>
    ProgTestRun = 10,

    /// <summary>BPF_PROG_GET_FD_BY_ID: the descriptor of a program that somebody has loaded.</summary>
    ProgGetFdById = 13,

    /// <summary>BPF_MAP_GET_FD_BY_ID: the descriptor of a map that somebody has created.</summary>
    MapGetFdById = 14,

    /// <summary>BPF_OBJ_GET_INFO_BY_FD: facts about a map or program.</summary>
    ObjGetInfoByFd = 15,

    /// <summary>BPF_PROG_QUERY: the programs that are attached somewhere.</summary>
    ProgQuery = 16,

    /// <summary>BPF_MAP_LOOKUP_AND_DELETE_ELEM: takes a key's value, or a queue's next item.</summary>
    MapLookupAndDeleteElem = 21,

    /// <summary>BPF_MAP_LOOKUP_BATCH: many entries at once (5.6).</summary>
    MapLookupBatch = 24,

    /// <summary>BPF_LINK_CREATE: attaches a program; it stays for as long as the link's descriptor or pin (5.7).</summary>
    LinkCreate = 28,

    /// <summary>BPF_LINK_UPDATE: another program in a link's place (5.7).</summary>
    LinkUpdate = 29,
}
