using System.Globalization;
using System.Net.Sockets;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// "conditionsV4" and "conditionsV6": arguments of iptables, or part of a rule of nft. One source, one destination and one device are
/// honoured, each negated or not; everything else needs a rule, and there is none.
/// </summary>
internal sealed class PortmapConditions
{
    private const int LongestDeviceName = 15;
    private readonly string _field;
    private readonly IReadOnlyList<string> _given;
    private readonly bool _v6;
    private readonly IReadOnlyList<string> _words;
    private int _next;
    private AddressMatch? _source;
    private AddressMatch? _destination;
    private DeviceMatch? _device;

    private PortmapConditions(string field, IReadOnlyList<string> given, bool v6, IReadOnlyList<string> words)
    {
        _field = field;
        _given = given;
        _v6 = v6;
        _words = words;
    }

    private bool AtEnd => _next == _words.Count;

    /// <summary>Whether conditions are arguments of iptables: the first one is an option or negates one.</summary>
    /// <param name="conditions">The conditions; not empty.</param>
    public static bool IsIptables(IReadOnlyList<string> conditions) => conditions[0].Length > 0 && conditions[0][0] is '-' or '!';

    /// <summary>Reads them.</summary>
    /// <param name="field">The name of the field, for errors.</param>
    /// <param name="conditions">The conditions; empty for none.</param>
    /// <param name="v6">Of IPv6 packets; else of IPv4 ones.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.UnsupportedField"/>: something else, or something that is no condition.</exception>
    public static HostPortConditions Parse(string field, IReadOnlyList<string> conditions, bool v6)
    {
        if (conditions.Count == 0)
        {
            return HostPortConditions.None;
        }

        bool iptables = IsIptables(conditions);
        var parser = new PortmapConditions(field, conditions, v6, iptables ? conditions : SplitWords(conditions));
        while (!parser.AtEnd)
        {
            if (iptables)
            {
                parser.ReadOption();
            }
            else
            {
                parser.ReadExpression();
            }
        }

        return new HostPortConditions(parser._source, parser._destination, parser._device);
    }

    private static List<string> SplitWords(IReadOnlyList<string> conditions)
    {
        List<string> words = [];
        foreach (string condition in conditions)
        {
            words.AddRange(condition.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        return words;
    }

    // iptables(8): [!] -s ADDRESS[/MASK], [!] -d …, [!] -i NAME; a long option may have its value behind '='.
    private void ReadOption()
    {
        string option = Word();
        bool negated = option == "!";
        if (negated)
        {
            option = Word();
        }

        int equals = option.StartsWith("--", StringComparison.Ordinal) ? option.IndexOf('=', StringComparison.Ordinal) : -1;
        string? value = equals < 0 ? null : option[(equals + 1)..];
        switch (equals < 0 ? option : option[..equals])
        {
            case "-s" or "--source" or "--src":
                Set(ref _source, Address(value ?? Word(), negated));
                break;
            case "-d" or "--destination" or "--dst":
                Set(ref _destination, Address(value ?? Word(), negated));
                break;
            case "-i" or "--in-interface":
                Set(ref _device, Device(value ?? Word(), negated, wildcard: '+'));
                break;
            case "-m" or "--match" when !negated && (value ?? Word()) == "comment" && Word() == "--comment":
                _ = Word();
                break;
            default:
                throw Unsupported($"\"{option}\"");
        }
    }

    // nft(8): ip saddr [!=] ADDRESS, ip daddr …, [meta] iifname [!=] NAME, iif …; "fib daddr type local" holds for every host port.
    private void ReadExpression()
    {
        string word = Word();
        if (word == "meta")
        {
            word = Word();
            if (word is not ("iif" or "iifname"))
            {
                throw Unsupported($"\"meta {word}\"");
            }
        }

        switch (word)
        {
            case "ip" or "ip6" when (word == "ip6") == _v6:
                string side = Word();
                if (side is not ("saddr" or "daddr"))
                {
                    throw Unsupported($"\"{word} {side}\"");
                }

                bool negated = Operator();
                AddressMatch address = Address(Word(), negated);
                if (side == "saddr")
                {
                    Set(ref _source, address);
                }
                else
                {
                    Set(ref _destination, address);
                }

                break;
            case "iif" or "iifname":
                bool other = Operator();
                Set(ref _device, Device(Word().Trim('"'), other, wildcard: '*'));
                break;
            case "fib" when Word() == "daddr" && Word() == "type" && Word() == "local":
                break;
            default:
                throw Unsupported($"\"{word}\"");
        }
    }

    private bool Operator()
    {
        if (!AtEnd && _words[_next] is "!=" or "ne" or "==" or "eq")
        {
            return Word() is "!=" or "ne";
        }

        return false;
    }

    private string Word() => AtEnd ? throw Unsupported("it ends too early") : _words[_next++];

    private AddressMatch Address(string text, bool negated)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            if (IpText.TryParse(text, out System.Net.IPAddress host))
            {
                return Checked(new AddressMatch(host, host.AddressFamily == AddressFamily.InterNetwork ? 32 : 128, negated), text);
            }
        }
        else if (IpPrefix.TryParse(text, out IpPrefix prefix))
        {
            return Checked(new AddressMatch(prefix.Address, prefix.Length, negated), text);
        }
        else if (IpText.TryParse(text.AsSpan(0, slash), out System.Net.IPAddress address) && MaskLength(text.AsSpan(slash + 1)) is { } length)
        {
            return Checked(new AddressMatch(address, length, negated), text);
        }

        throw Unsupported($"\"{text}\" is not one address or prefix");
    }

    private AddressMatch Checked(AddressMatch match, string text) =>
        (match.Address.AddressFamily == AddressFamily.InterNetworkV6) == _v6 ? match : throw Unsupported($"\"{text}\" is of the other family");

    // 255.255.0.0; with a gap it is no prefix.
    private static int? MaskLength(ReadOnlySpan<char> text)
    {
        if (!IpText.TryParse(text, out System.Net.IPAddress mask) || mask.AddressFamily != AddressFamily.InterNetwork)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[4];
        _ = mask.TryWriteBytes(bytes, out _);
        uint bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        int length = System.Numerics.BitOperations.LeadingZeroCount(~bits);
        return length == 32 || bits << length == 0 ? length : null;
    }

    private DeviceMatch Device(string name, bool negated, char wildcard) =>
        name.Length is 0 or > LongestDeviceName || name.Contains(wildcard, StringComparison.Ordinal) || name.Contains('{', StringComparison.Ordinal)
            ? throw Unsupported($"\"{name}\" is not the name of one device")
            : new DeviceMatch(name, negated);

    private void Set<T>(ref T? match, T value)
        where T : class => match = match is null ? value : throw Unsupported("two of a kind");

    private CniException Unsupported(string what) => new(
        CniErrorCode.UnsupportedField,
        string.Create(CultureInfo.InvariantCulture, $"{_field} [{string.Join(' ', _given)}]: {what}; ")
        + "supported are one source, one destination and one interface, negated or not, in the syntax of iptables or nft: "
        + "leave the rest out, or use the reference's portmap on this network");
}
