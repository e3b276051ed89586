using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Dhcp.Tests;

/// <summary>A daemon on a thread of the test's own.</summary>
internal sealed class RunningDaemon : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("dataplane-dhcp-");
    private readonly AnonymousPipeServerStream _stop = new(PipeDirection.Out);
    private readonly UnixSocket _listener;
    private readonly LeaseStore _store;
    private readonly DhcpDaemon _daemon;
    private readonly Thread _thread;

    public RunningDaemon()
    {
        _listener = UnixSocket.Listen(SocketPath);
        _store = LeaseStore.Open(Path.Combine(_scratch.FullName, "dhcp.leases"));
        _daemon = new DhcpDaemon(_listener, _store, new ClientSettings(), "", static _ => { });
        int stop = (int)_stop.ClientSafePipeHandle.DangerousGetHandle();
        _thread = new Thread(() => _daemon.Run(stop));
        _thread.Start();
    }

    public string SocketPath => Path.Combine(_scratch.FullName, "dhcp.sock");

    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    /// <summary>Says something, and reads what is answered to its end.</summary>
    public string Say(string text)
    {
        using Socket socket = Connect();
        socket.Send(Encoding.UTF8.GetBytes(text));
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        for (int length; (length = socket.Receive(buffer)) > 0;)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }

        return answer.ToString();
    }

    public void Dispose()
    {
        _stop.WriteByte(0);
        _thread.Join();
        _daemon.Dispose();
        _store.Dispose();
        _listener.Dispose();
        _stop.Dispose();
        _scratch.Delete(recursive: true);
    }
}
