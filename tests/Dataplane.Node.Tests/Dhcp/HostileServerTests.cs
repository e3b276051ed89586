using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>Servers are whoever is on the link: nothing they send is taken that is not right, and nothing of it ends the daemon.</summary>
public sealed class HostileServerTests : DhcpTest
{
    private static readonly IPAddress s_wrong = IPAddress.Parse("10.9.0.66");

    [NeedsFact(Ours)]
    public void Only_the_right_answer_is_taken()
    {
        DhcpTestServer server = StartServer();
        server.Misbehave = static (query, answer) => [.. Wrong(query, answer), answer];
        DhcpDaemonProcess daemon = StartDaemon();

        Attachment a = Attach(Network());

        Assert.Equal("10.9.0.100", a.V4.ToString());
        Assert.True(Reaches(a.Pod));
        a.Check().OrThrow();
        Assert.Single(daemon.LeaseFiles);
        Detach(a);
    }

    [NeedsFact(Ours)]
    public void Noise_keeps_nobody_from_a_lease()
    {
        DhcpTestServer server = StartServer();
        var random = new Random(11);
        // Not more than a socket holds: what is lost would be asked for again.
        server.Misbehave = (_, answer) => [.. Enumerable.Range(0, 30).Select(_ => Noise(random, answer)), answer, .. Enumerable.Range(0, 30).Select(_ => Noise(random, answer))];
        StartDaemon();

        foreach (Attachment a in AttachAll(Network(), 4))
        {
            Assert.InRange(a.V4.GetAddressBytes()[3], 100, 103);
        }
    }

    [NeedsFact(Ours)]
    public void A_server_that_refuses_its_own_offer_is_asked_again()
    {
        DhcpTestServer server = StartServer();
        bool refused = false;
        server.Misbehave = (query, answer) =>
        {
            if (query.Type != DhcpQuery.Request || refused)
            {
                return [answer];
            }

            refused = true;
            return [DhcpAnswer.To(query, IPAddress.Any, (53, [DhcpAnswer.Nak]), (54, DhcpAnswer.Address("10.9.0.1")))];
        };
        StartDaemon();

        Attach(Network());

        Assert.True(refused);
        Assert.True(server.Count(static q => q.Type == DhcpQuery.Discover) >= 2);
    }

    [NeedsTheory(Ours)]
    [InlineData("DHCP option Subnet Mask not found in DHCPACK", "")]
    [InlineData("with a subnet mask that is none", "255.0.255.0")]
    public void A_lease_that_cannot_be_used_is_given_back(string error, string mask)
    {
        DhcpTestServer server = StartServer();
        server.Terms = mask.Length == 0 ? [] : [(1, DhcpAnswer.Address(mask))];
        StartDaemon();
        TestNamespace pod = Bed.AddPod();

        PluginResult refused = Plugins.Add("bridge", Network(), "c1", pod);

        Assert.StartsWith("error calling DHCP.Allocate: ", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(error, refused.ErrorMessage, StringComparison.Ordinal);
        Until.True(() => server.Count(static q => q.Type == DhcpQuery.Release) == 1, "the server has its address back");
        Assert.DoesNotContain("eth0", pod.Ip("-br", "link"), StringComparison.Ordinal);
    }

    // What an answer may be instead of right; each would give another address if it were taken.
    private static IEnumerable<byte[]> Wrong(DhcpQuery query, byte[] answer)
    {
        byte[] wrong = [.. answer];
        s_wrong.GetAddressBytes().CopyTo(wrong, 16);
        for (int length = 0; length < wrong.Length; length += 17)
        {
            yield return wrong[..length];
        }

        yield return Changed(wrong, static bytes => bytes[4] ^= 0xff); // of another exchange
        yield return Changed(wrong, static bytes => bytes[33] ^= 0xff); // for another client
        yield return Changed(wrong, static bytes => bytes[0] = 1); // of a client
        yield return Changed(wrong, static bytes => bytes[236] = 0); // of BOOTP
        yield return Changed(wrong, static bytes => bytes[DhcpAnswer.OptionsAt + 1] = 250); // an option beyond the end
        yield return [.. wrong[..^1], 52, 1, 7, 255]; // an overload that is none
        yield return [.. wrong[..^1], 52, 1, 3, 255]; // an overload without anything there
        yield return [.. wrong[..^1], 53, 1, 2, 255]; // said twice
        yield return DhcpAnswer.To(query, s_wrong, (53, [DhcpAnswer.Ack]), (54, DhcpAnswer.Address("10.9.0.3")));
        yield return DhcpAnswer.To(query, s_wrong, (53, [DhcpAnswer.Ack]));
        if (query.Type == DhcpQuery.Request)
        {
            yield return DhcpAnswer.To(query, IPAddress.Any, (53, [DhcpAnswer.Nak]), (54, DhcpAnswer.Address("10.9.0.3")));
            yield return wrong; // another address than was offered
        }
    }

    private static byte[] Noise(Random random, byte[] answer)
    {
        byte[] noise = [.. answer];
        // The first bytes stay often enough that some of it gets far. The number of the exchange does not: then it would be an answer.
        noise[random.Next(4, 8)] ^= (byte)random.Next(1, 256);
        for (int i = 0; i < 5; i++)
        {
            noise[random.Next(8, noise.Length)] = (byte)random.Next(256);
        }

        return noise[..random.Next(noise.Length + 1)];
    }

    private static byte[] Changed(byte[] message, Action<byte[]> change)
    {
        byte[] changed = [.. message];
        change(changed);
        return changed;
    }
}
