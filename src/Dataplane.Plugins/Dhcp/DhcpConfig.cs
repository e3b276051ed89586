using System.Text;
using Dataplane.Cni;
using Dataplane.Dhcp;

namespace Dataplane.Plugins;

/// <summary>The "ipam" object of the dhcp plugin.</summary>
internal sealed class DhcpConfig
{
    private const string DefaultSocketPath = "/run/cni/dhcp.sock";
    private const int LongestValue = 255;
    private static readonly byte[] s_default = [OptionCode.Routers, OptionCode.SubnetMask];
    private readonly List<(string Option, string Value, string FromArg)> _provide = [];
    private readonly List<(string Option, bool SkipDefault)> _request = [];

    private DhcpConfig()
    {
    }

    /// <summary>"daemonSocketPath": where the daemon listens.</summary>
    public string SocketPath { get; private init; } = DefaultSocketPath;

    /// <summary>"priority": the metric of every route; 0: the kernel's.</summary>
    public int Priority { get; private init; }

    /// <summary>Reads it. Only types are checked: what DEL needs is not refused for what ADD would be.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">A value has another type.</exception>
    public static DhcpConfig Parse(CniRequest request)
    {
        JsonView ipam = request.Config.Root.WithErrors(CniErrorCode.Internal, "error obtaining socketPath: error parsing socket path conf: ").Get("ipam").AsObject();
        var config = new DhcpConfig
        {
            SocketPath = ipam.GetString("daemonSocketPath") is { Length: > 0 } path ? path : DefaultSocketPath,
            Priority = ipam.GetInt32("priority"),
        };
        foreach (JsonView item in ipam.GetObjects("provide") ?? [])
        {
            config._provide.Add((item.GetString("option"), item.GetString("value"), item.GetString("fromArg")));
        }

        foreach (JsonView item in ipam.GetObjects("request") ?? [])
        {
            config._request.Add((item.GetString("option"), item.GetBool("skipDefault")));
        }

        return config;
    }

    /// <summary>The options that servers are told; a value of CNI_ARGS wins over the configuration's.</summary>
    /// <param name="args">CNI_ARGS.</param>
    /// <exception cref="CniException">An option has no such name, or a value is too long.</exception>
    public Dictionary<byte, byte[]> Provided(string args)
    {
        Dictionary<string, string> given = ParseArgs(args);
        var options = new Dictionary<byte, byte[]>();
        foreach ((string option, string value, string fromArg) in _provide)
        {
            byte code = DhcpOptionName.Parse(option);
            if (value.Length > 0)
            {
                options[code] = Encode(value, $"value too long for option {GoText.Quote(option)}: {GoText.Quote(value)}");
            }

            if (given.TryGetValue(fromArg, out string? argument))
            {
                options[code] = Encode(argument, $"value too long for option {GoText.Quote(option)} from CNI_ARGS {GoText.Quote(fromArg)}: {GoText.Quote(value)}");
            }
        }

        return options;
    }

    /// <summary>The options that servers are asked for: those of the configuration, then the default ones unless an entry skips them.</summary>
    /// <exception cref="CniException">An option has no such name.</exception>
    public byte[] Requested()
    {
        List<byte> options = [];
        bool skip = false;
        foreach ((string option, bool skipDefault) in _request)
        {
            skip |= skipDefault;
            // An entry may be there for skipDefault alone.
            if (option.Length > 0)
            {
                AddNew(options, DhcpOptionName.Parse(option));
            }
        }

        foreach (byte code in skip ? [] : s_default)
        {
            AddNew(options, code);
        }

        return [.. options];
    }

    private static void AddNew(List<byte> options, byte code)
    {
        if (!options.Contains(code))
        {
            options.Add(code);
        }
    }

    private static byte[] Encode(string value, string tooLong)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        return bytes.Length <= LongestValue ? bytes : throw new CniException(CniErrorCode.Internal, tooLong);
    }

    // Not the parser that other plugins share: whatever is no pair is nobody's, and a value may hold "=".
    private static Dictionary<string, string> ParseArgs(string args)
    {
        var pairs = new Dictionary<string, string>();
        foreach (string pair in args.Split(';'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                pairs[pair[..equals]] = pair[(equals + 1)..];
            }
        }

        return pairs;
    }
}
