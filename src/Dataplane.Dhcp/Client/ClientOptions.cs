namespace Dataplane.Dhcp;

/// <summary>What a client tells servers and what it asks them for.</summary>
/// <param name="Provided">Options by their number; one that the client sends by itself is replaced, what makes up the exchange is not.</param>
/// <param name="Requested">Numbers of the options that are asked for, in their order.</param>
public sealed record ClientOptions(IReadOnlyDictionary<byte, byte[]> Provided, IReadOnlyList<byte> Requested)
{
    /// <summary>Neither.</summary>
    public static readonly ClientOptions None = new(new Dictionary<byte, byte[]>(), []);

    /// <summary>Adds them to a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="type">What the message is: an address may be wished for only when servers are looked for.</param>
    internal void AddTo(ClientMessage message, ClientIdentity identity, DhcpMessageType type)
    {
        AddIdentifier(message, identity);
        foreach ((byte code, byte[] value) in Provided)
        {
            if (code != OptionCode.ClientIdentifier && !IsOfExchange(code, type))
            {
                message.Add(code, value);
            }
        }

        // Most of a message is free for its answers; a relay may add to them.
        message.Add(OptionCode.MaximumMessageSize, [0x05, 0xdc]);
        if (!Provided.ContainsKey(OptionCode.ParameterRequestList) && Requested.Count > 0)
        {
            message.Add(OptionCode.ParameterRequestList, [.. Requested]);
        }
    }

    /// <summary>Adds the client's name alone: all that a message needs which gives an address back.</summary>
    /// <param name="message">The message.</param>
    /// <param name="identity">Whose it is.</param>
    internal void AddIdentifier(ClientMessage message, ClientIdentity identity) =>
        message.Add(OptionCode.ClientIdentifier, Provided.TryGetValue(OptionCode.ClientIdentifier, out byte[]? given) ? given : identity.ToOption());

    private static bool IsOfExchange(byte code, DhcpMessageType type) =>
        code is OptionCode.Pad or OptionCode.End or OptionCode.MessageType or OptionCode.ServerIdentifier or OptionCode.Overload or OptionCode.MaximumMessageSize
        || (code == OptionCode.RequestedAddress && type != DhcpMessageType.Discover);
}
