using Dataplane.CniTool;
using Dataplane.Interop;

Termination.Catch();
return new Verbs(new FdStream(1), new FdStream(2)).Run(args);
