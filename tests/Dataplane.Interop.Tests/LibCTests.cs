using System.Runtime.InteropServices;

namespace Dataplane.Interop.Tests;

public sealed class LibCTests
{
    private static readonly string[] s_headers =
    [
        "errno.h", "fcntl.h", "poll.h", "sched.h", "sys/socket.h", "sys/mount.h", "sys/statfs.h", "sys/ioctl.h",
        "linux/netlink.h", "linux/magic.h", "linux/sockios.h", "linux/if.h", "linux/if_packet.h", "linux/filter.h",
    ];

    [Fact]
    public void Constants_are_those_of_the_headers() => CProgram.AssertConstants(typeof(LibC), s_headers);

    [Fact]
    public void Error_numbers_are_those_of_the_headers() => CProgram.AssertConstants(typeof(Errno), s_headers);

    [Fact]
    public void Structures_are_laid_out_as_in_C() => CProgram.AssertStructs(
        s_headers, typeof(LibC.pollfd), typeof(LibC.Statfs), typeof(LibC.iovec), typeof(LibC.msghdr), typeof(LibC.sock_filter), typeof(LibC.sock_fprog));

    [Fact]
    public void An_error_names_call_subject_and_reason()
    {
        var error = new LinuxException("open", "/x", Errno.ENOENT);
        Assert.Equal("open /x: No such file or directory (ENOENT)", error.Message);
        Assert.Equal(("open", "/x", Errno.ENOENT), (error.Operation, error.Subject, error.Errno));
    }

    [Fact]
    public void Error_names_are_those_of_the_headers()
    {
        string[][] defined =
        [
            .. File.ReadLines("/usr/include/asm-generic/errno-base.h").Concat(File.ReadLines("/usr/include/asm-generic/errno.h"))
                .Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(w => w is ["#define", ['E', ..], [>= '0' and <= '9', ..], ..]),
        ];
        Assert.NotEmpty(defined);
        Assert.All(defined, w => Assert.EndsWith($" ({w[1]})", new LinuxException("open", "/x", int.Parse(w[2])).Message, StringComparison.Ordinal));
        Assert.EndsWith(" (errno 4095)", new LinuxException("open", "/x", 4095).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Errno.ENOENT, "no such file or directory")]
    [InlineData(Errno.EPERM, "operation not permitted")]
    [InlineData(Errno.EEXIST, "file exists")]
    public void Texts_are_the_reference_plugins(int errno, string text) => Assert.Equal(text, Errno.Text(errno));

    [Fact]
    public void Descriptors_are_closed_with_their_object_and_not_inherited()
    {
        int number = LibC.open("/dev/null", LibC.O_RDONLY | LibC.O_CLOEXEC);
        Assert.True(number >= 0, Marshal.GetLastPInvokeErrorMessage());
        var fd = new FileDescriptor(number);
        Assert.Equal(number, fd.Number);
        // flags: is an octal number of which 02000000 is O_CLOEXEC.
        string info = File.ReadAllText($"/proc/self/fdinfo/{number}");
        string flags = info.Split('\n').Single(l => l.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim();
        Assert.Equal(LibC.O_CLOEXEC, Convert.ToInt32(flags, 8) & LibC.O_CLOEXEC);

        fd.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fd.Number);
        Assert.Equal("closed", fd.ToString());
    }

    [Fact]
    public void A_failed_call_leaves_its_error_number()
    {
        Assert.Equal(-1, LibC.open("/nowhere/at/all", LibC.O_RDONLY));
        Assert.Equal(Errno.ENOENT, Marshal.GetLastPInvokeError());
    }

    [Fact]
    public void Files_are_identified_by_device_and_inode()
    {
        string path = Path.GetTempFileName();
        string link = path + ".link";
        try
        {
            File.CreateSymbolicLink(link, path);
            using var fd = new FileDescriptor(LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC));
            Assert.Equal(FileIdentity.Of(path), FileIdentity.Of(fd));
            Assert.Equal(FileIdentity.Of(path), FileIdentity.Of(link));
            Assert.NotEqual(FileIdentity.Of(path), FileIdentity.Of("/dev/null"));
        }
        finally
        {
            File.Delete(link);
            File.Delete(path);
        }
    }
}
