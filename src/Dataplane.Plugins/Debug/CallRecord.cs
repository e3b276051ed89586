using System.Buffers;
using System.Text;
using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>One call as it is written to a file: the reference's lines, and what is answered.</summary>
internal static class CallRecord
{
    private const uint FileMode = 0x1a4; // 0644
    private const string End = "----------------------\n";

    /// <summary>Adds a call to the file, which is made when it is missing. Calls that run at once do not mix their lines.</summary>
    /// <param name="file">The file.</param>
    /// <param name="request">The call.</param>
    /// <param name="result">What an ADD answers, else null.</param>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public static void Append(string file, CniRequest request, CniResult? result)
    {
        using LockedFile record = LockedFile.Open(file, FileMode);
        record.Append(Encoding.UTF8.GetBytes(Text(request, result)));
    }

    /// <summary>The lines.</summary>
    /// <param name="request">The call.</param>
    /// <param name="result">What an ADD answers, else null.</param>
    public static string Text(CniRequest request, CniResult? result)
    {
        var text = new StringBuilder(1024);
        text.Append(Title(request.Command)).Append('\n');
        text.Append("ContainerID: ").Append(request.ContainerId).Append('\n');
        text.Append("Netns: ").Append(request.NetnsPath).Append('\n');
        text.Append("IfName: ").Append(request.IfName).Append('\n');
        text.Append("Args: ").Append(request.Args).Append('\n');
        text.Append("Path: ").Append(request.Path).Append('\n');
        text.Append("StdinData: ").Append(Encoding.UTF8.GetString(request.Stdin.Span)).Append('\n');
        if (result is not null)
        {
            var json = new ArrayBufferWriter<byte>(512);
            ResultJson.Write(json, result, request.Config.CniVersion);
            text.Append("Result: ").Append(Encoding.UTF8.GetString(json.WrittenSpan)).Append('\n');
        }

        return text.Append(End).ToString();
    }

    private static string Title(CniCommand command) => command switch
    {
        CniCommand.Add => "CmdAdd",
        CniCommand.Del => "CmdDel",
        CniCommand.Check => "CmdCheck",
        CniCommand.Gc => "CmdGC",
        _ => "CmdStatus",
    };
}
