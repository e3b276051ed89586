using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// A stream over a descriptor it does not own: standard input, output and error without Console, which costs a plugin a good part of
/// its start. Unbuffered and synchronous.
/// </summary>
/// <param name="fd">The descriptor.</param>
public sealed unsafe class FdStream(int fd) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint n = DirectoryCalls.read(fd, start, (nuint)buffer.Length);
                if (n >= 0)
                {
                    return (int)n;
                }

                ThrowUnlessInterrupted("read");
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (int total = 0; total < buffer.Length;)
            {
                nint n = DirectoryCalls.write(fd, start + total, (nuint)(buffer.Length - total));
                if (n < 0)
                {
                    ThrowUnlessInterrupted("write");
                    continue;
                }

                total += (int)n;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void ThrowUnlessInterrupted(string operation)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != Errno.EINTR)
        {
            string name = fd switch { 0 => "/dev/stdin", 1 => "/dev/stdout", 2 => "/dev/stderr", _ => $"fd {fd}" };
            throw new IOException($"{operation} {name}: {Errno.Text(errno)}");
        }
    }
}
