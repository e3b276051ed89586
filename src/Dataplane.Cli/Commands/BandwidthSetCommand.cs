using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Commands;

/// <summary>
/// <c>dpctl bandwidth set</c>: changes a running container's limits in place. What is not named stays as it is; the runtime
/// does not know of it, so an ADD of the same attachment sets the configured ones again.
/// </summary>
internal static class BandwidthSetCommand
{
    private static readonly Argument<string> s_container = new("container")
    {
        Description = "A container ID (or how it begins), an address of the container or the host end of its veth",
    };

    private static readonly Option<string?> s_ifname = new("--ifname")
    {
        Description = "The container's interface, where it has several",
        HelpName = "NAME",
    };

    private static readonly Option<string?> s_ingressRate = Bits("--ingress-rate", "RATE", "Bits a second towards the container: 100M, 1.5G, 64000; 0 or none: no limit");
    private static readonly Option<string?> s_ingressBurst = Bits("--ingress-burst", "BITS", "Bits that may pass at once after a silence; without it, those of 100 ms");
    private static readonly Option<string?> s_egressRate = Bits("--egress-rate", "RATE", "Bits a second from the container");
    private static readonly Option<string?> s_egressBurst = Bits("--egress-burst", "BITS", "Bits that may pass at once after a silence");

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("set", "Change a running container's limits in place; what is not named stays as it is");
        command.Arguments.Add(s_container);
        command.Options.Add(s_ifname);
        command.Options.Add(s_ingressRate);
        command.Options.Add(s_ingressBurst);
        command.Options.Add(s_egressRate);
        command.Options.Add(s_egressBurst);
        command.SetAction(parsed =>
        {
            LimitChange ingress = Change(parsed, "ingress", s_ingressRate, s_ingressBurst), egress = Change(parsed, "egress", s_egressRate, s_egressBurst);
            if (ingress.IsNone && egress.IsNone)
            {
                throw new CommandFailure(ExitStatus.Usage, "nothing to set: give --ingress-rate, --egress-rate, or the burst of a limit that is there");
            }

            uint ifindex;
            using (NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns)))
            {
                if (!node.IsPresent)
                {
                    BandwidthCommand.Write(terminal, parsed.Format(), []);
                    throw node.NoNode();
                }

                EndpointRow endpoint = PodSelector.Interface(EndpointReader.Read(node), parsed.GetRequiredValue(s_container), parsed.GetValue(s_ifname));
                BandwidthLimit? to = ingress.Of(Present(node, endpoint, "ingress")), from = egress.Of(Present(node, endpoint, "egress"));
                _ = node.With(engine =>
                {
                    new Bandwidth(engine, new TerminalLog(terminal)).Set(new AttachmentId(endpoint.ContainerId, endpoint.Ifname), to, from);
                    return true;
                });
                ifindex = endpoint.Ifindex;
            }

            // As it is now, not as it was read.
            using NodeView after = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            BandwidthCommand.Write(terminal, parsed.Format(), [.. after.Limits.Where(r => r.Ifindex == ifindex && r.State != LimitStateNames.Dead)]);
            return ExitStatus.Ok;
        });
        return command;
    }

    private static LimitChange Change(ParseResult parsed, string direction, Option<string?> rate, Option<string?> burst) =>
        LimitChange.Create(direction, Value(parsed.GetValue(rate)), Value(parsed.GetValue(burst)));

    private static ulong? Value(string? text) => text is not null && BitCount.TryParse(text, out ulong bits) ? bits : null;

    private static BandwidthLimit? Present(NodeView node, EndpointRow endpoint, string direction) =>
        node.Limits.FirstOrDefault(r => r.Ifindex == endpoint.Ifindex && r.Generation == endpoint.Generation && r.Direction == direction) is { } row
            ? new BandwidthLimit(row.RateBits, row.BurstBits)
            : null;

    private static Option<string?> Bits(string name, string word, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = word };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && !BitCount.TryParse(text, out _))
            {
                result.AddError($"{name} takes bits like 100M, 1.5G or 64000 (units k, M, G, T, Ki, Mi, Gi, Ti), or none, not '{text}'");
            }
        });
        return option;
    }
}
