using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;

return DpctlCommandLine.Run(args, Terminal.Standard());
