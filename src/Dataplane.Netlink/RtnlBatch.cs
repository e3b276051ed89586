using System.Globalization;
using static Dataplane.Netlink.RtnlConstants;

namespace Dataplane.Netlink;

/// <summary>
/// Requests that are sent in one call (<see cref="RtnlSocket.Send"/>). Each has a name and a subject, so that an
/// error says which one failed, on what.
/// </summary>
public sealed partial class RtnlBatch
{
    private readonly NetlinkWriter _writer = new();
    private readonly List<(string Name, string Subject, int Offset)> _requests = [];

    internal RtnlBatch()
    {
    }

    /// <summary>How many requests it holds.</summary>
    public int Count => _requests.Count;

    /// <summary>The device that the last request to create one made, as the kernel echoed it; null before 6.2, which does not.</summary>
    internal LinkInfo? Created { get; set; }

    internal ReadOnlySpan<byte> Requests(int from, int to)
    {
        int start = _requests[from].Offset;
        return to < _requests.Count ? _writer.Written[start.._requests[to].Offset] : _writer.Written[start..];
    }

    internal void Clear()
    {
        _writer.Clear();
        _requests.Clear();
        Created = null;
    }

    internal void SetSequences(uint first)
    {
        for (int i = 0; i < _requests.Count; i++)
        {
            _writer.SetSequence(_requests[i].Offset, first + (uint)i);
        }
    }

    internal (string Name, string Subject) Describe(int index) => (_requests[index].Name, _requests[index].Subject);

    private void Begin<T>(string name, string subject, ushort type, ushort flags, in T header)
        where T : unmanaged
    {
        _requests.Add((name, subject, _writer.Length));
        _writer.BeginMessage(type, (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags), 0);
        _writer.Append(in header);
    }

    private RtnlBatch End()
    {
        _writer.EndMessage();
        return this;
    }

    // Not interpolated: the first number that is costs a process a quarter of a millisecond.
    private static string Subject(int number) => number.ToString(CultureInfo.InvariantCulture);
}
