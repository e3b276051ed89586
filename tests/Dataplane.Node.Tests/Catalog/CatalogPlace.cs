namespace Dataplane.Node.Tests.Catalog;

/// <summary>Which attachment of which network a configuration is for.</summary>
/// <param name="Network">number of the network</param>
/// <param name="Container">number of the container in it, from 1 on; 0: the call names none</param>
/// <param name="Scratch">a directory of the bed's</param>
public sealed record CatalogPlace(int Network, int Container, string Scratch)
{
    /// <summary>The network's name.</summary>
    public string Name => $"net{Network}";

    /// <summary>The container's id, unique on the node.</summary>
    public string Id => $"c{Network}-{Container}";

    /// <summary>host-local's object, of both families.</summary>
    public string HostLocal => $$"""
        "ipam": {"type": "host-local", "dataDir": "{{Scratch}}/networks", "ranges": [[{"subnet": "10.{{Network}}.0.0/24"}], [{"subnet": "fd00:{{Network}}::/64"}]]}
        """;

    /// <summary>A bridge with addresses.</summary>
    public string Bridge => $$"""{"type": "bridge", "bridge": "br{{Network}}", "isDefaultGateway": true, "ipMasq": true, {{HostLocal}} }""";

    /// <summary>A port of the node, another one for each container.</summary>
    public string Port => $$"""
        "runtimeConfig": {"portMappings": [{"hostPort": {{8000 + (100 * Network) + Container}}, "containerPort": 80, "protocol": "tcp"}]}
        """;
}
