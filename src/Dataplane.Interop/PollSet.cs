using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>Waits for one of several descriptors to be readable (poll(2)).</summary>
public sealed unsafe class PollSet
{
    private LibC.pollfd[] _entries = new LibC.pollfd[16];
    private int _count;

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a descriptor; one that is negative is never readable.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <returns>Its place, for <see cref="IsReadable"/>.</returns>
    public int Add(int fd)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        _entries[_count] = new LibC.pollfd { fd = fd, events = LibC.POLLIN };
        return _count++;
    }

    /// <summary>Waits.</summary>
    /// <param name="timeoutMs">At the most; -1: for ever.</param>
    /// <exception cref="LinuxException">poll(2) fails.</exception>
    public void Wait(int timeoutMs)
    {
        fixed (LibC.pollfd* first = _entries)
        {
            if (LibC.poll(first, (nuint)_count, timeoutMs) >= 0)
            {
                return;
            }
        }

        // A signal: nothing is readable, and who waited looks at what it came for.
        if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
        {
            throw new LinuxException("poll", $"{_count} descriptors", errno);
        }

        foreach (ref LibC.pollfd entry in _entries.AsSpan(0, _count))
        {
            entry.revents = 0;
        }
    }

    /// <summary>Whether there was something to read, an end or an error included.</summary>
    /// <param name="place">From <see cref="Add"/>.</param>
    public bool IsReadable(int place) => _entries[place].revents != 0;
}
