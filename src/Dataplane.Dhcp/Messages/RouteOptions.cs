namespace Dataplane.Dhcp;

/// <summary>The routes of an acknowledgement: option 121 alone where there is one (RFC 3442), else option 33 and the default route by the first router.</summary>
public static class RouteOptions
{
    /// <summary>Reads them.</summary>
    /// <param name="options">The options.</param>
    public static IReadOnlyList<DhcpRoute> Read(OptionSet options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Get(OptionCode.ClasslessRoutes) is { Length: > 0 } classless && Classless(classless) is { } all)
        {
            return all;
        }

        var routes = new List<DhcpRoute>();
        ReadOnlySpan<byte> pairs = options.Get(OptionCode.StaticRoutes);
        for (; pairs.Length >= 8; pairs = pairs[8..])
        {
            // A default route is not allowed here (RFC 2132, 5.8), and an address above class C has no network.
            var destination = new Ip4(pairs);
            int length = ClassOf(destination);
            if (length > 0 && !destination.IsZero)
            {
                routes.Add(new DhcpRoute(destination.Network(length), length, new Ip4(pairs[4..])));
            }
        }

        if (options.GetAddress(OptionCode.Routers) is { IsZero: false } router)
        {
            routes.Add(new DhcpRoute(default, 0, router));
        }

        return routes;
    }

    // Null: it is not what RFC 3442 says, and none of it is believed.
    private static List<DhcpRoute>? Classless(ReadOnlySpan<byte> value)
    {
        var routes = new List<DhcpRoute>();
        Span<byte> destination = stackalloc byte[4];
        while (!value.IsEmpty)
        {
            // The length, as many bytes of the destination as it needs, the router.
            int length = value[0];
            int significant = (length + 7) / 8;
            if (length > 32 || value.Length < 1 + significant + 4)
            {
                return null;
            }

            destination.Clear();
            value.Slice(1, significant).CopyTo(destination);
            routes.Add(new DhcpRoute(new Ip4(destination).Network(length), length, new Ip4(value[(1 + significant)..])));
            value = value[(1 + significant + 4)..];
        }

        return routes;
    }

    private static int ClassOf(Ip4 address) => (address.Value >> 24) switch
    {
        < 128 => 8,
        < 192 => 16,
        < 224 => 24,
        _ => 0,
    };
}
