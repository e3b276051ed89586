using Dataplane.Cni;
using Dataplane.Interop;
using Dataplane.Plugins;

// One executable under the name of every plugin: the name it was started by says which one it is.
string[] arguments = Environment.GetCommandLineArgs();
string name = Path.GetFileName(arguments.Length > 0 ? arguments[0] : "");
Termination.Catch();
if (DhcpDaemonCommand.IsMeant(name, arguments))
{
    return DhcpDaemonCommand.Run(arguments.AsSpan(2));
}

var environment = new ProcessEnvironment();
using var call = new Call(environment);
int status = PluginHost.Run(PluginCatalog.Find(name, call) ?? new UnknownPlugin(name), environment);
if (status == 0)
{
    call.Complete();
}

return status;
