namespace Dataplane.Cni;

/// <summary>CNI_ARGS, "K=V;K2=V2": deprecated, and read by few plugins. Immutable.</summary>
public sealed class CniArgs
{
    private const string IgnoreUnknown = "IgnoreUnknown";
    private readonly Dictionary<string, string> _values = [];

    private CniArgs()
    {
    }

    /// <summary>Reads the arguments. A key that is not known is an error, unless IgnoreUnknown is 1 or true.</summary>
    /// <param name="args">CNI_ARGS; empty is no arguments.</param>
    /// <param name="known">The keys the plugin knows; IgnoreUnknown need not be among them.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.Internal"/> "ARGS: …".</exception>
    public static CniArgs Parse(string args, params ReadOnlySpan<CniArgKey> known)
    {
        ArgumentNullException.ThrowIfNull(args);
        var parsed = new CniArgs();
        if (args.Length == 0)
        {
            return parsed;
        }
        List<string> unknown = [];
        bool ignoreUnknown = false;
        foreach (string pair in args.Split(';'))
        {
            int equals = pair.IndexOf('=');
            if (equals < 0 || equals != pair.LastIndexOf('='))
            {
                throw new CniException(CniErrorCode.Internal, $"ARGS: invalid pair {GoText.Quote(pair)}");
            }
            string key = pair[..equals];
            string value = pair[(equals + 1)..];
            string? wrong = null;
            if (key == IgnoreUnknown)
            {
                wrong = ReadBool(value, out ignoreUnknown);
            }
            else if (IndexOf(known, key) is >= 0 and int index)
            {
                wrong = known[index].Validate?.Invoke(value);
                parsed._values[key] = value;
            }
            else
            {
                unknown.Add(pair);
            }
            if (wrong is not null)
            {
                throw new CniException(CniErrorCode.Internal, $"ARGS: error parsing value of pair {GoText.Quote(pair)}: {wrong}");
            }
        }
        if (unknown.Count > 0 && !ignoreUnknown)
        {
            throw new CniException(CniErrorCode.Internal, $"ARGS: unknown args {GoText.QuoteList(unknown)}");
        }
        return parsed;
    }

    /// <summary>The value of a key, the last one of several; null when it was not given.</summary>
    /// <param name="key">One of the known keys.</param>
    public string? Get(string key) => _values.GetValueOrDefault(key);

    private static string? ReadBool(string text, out bool value)
    {
        string lower = text.ToLowerInvariant();
        value = lower is "1" or "true";
        return value || lower is "0" or "false" ? null : $"boolean unmarshal error: invalid input {lower}";
    }

    private static int IndexOf(ReadOnlySpan<CniArgKey> known, string key)
    {
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Name == key)
            {
                return i;
            }
        }
        return -1;
    }
}
