using System.Diagnostics;

namespace Dataplane.Interop.Tests;

public sealed class DirectoryFdTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("dp-dirfd-").FullName;
    private readonly DirectoryFd _directory;

    public DirectoryFdTests() => _directory = DirectoryFd.TryOpen(_path)!;

    public void Dispose()
    {
        _directory.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public void Status_is_what_stat_says()
    {
        File.WriteAllText($"{_path}/f", "12345");
        File.SetLastWriteTimeUtc($"{_path}/f", new DateTime(2024, 2, 29, 1, 2, 3, 456, DateTimeKind.Utc).AddTicks(7));
        Assert.Equal(Stat("f"), Describe(_directory.StatusOf("f")!.Value));
        Assert.True(_directory.StatusOf("f")!.Value.IsRegular);
        Assert.Equal(Stat("."), Describe(_directory.Status()));
        Assert.False(_directory.Status().IsRegular);
        Assert.Null(_directory.StatusOf("absent"));

        static string Describe(FileStatus s) => $"{s.Size} {s.Links} {Time(s.Modified)} {(s.Born is { } born ? Time(born) : "-")}";
        static string Time(long ns) => $"{ns / 1_000_000_000}.{ns % 1_000_000_000:D9}";
    }

    [Fact]
    public void Modification_time_of_a_directory_is_set_to_the_nanosecond()
    {
        _directory.SetModified(1_700_000_000_123_456_789);
        Assert.Equal(1_700_000_000_123_456_789, _directory.Status().Modified);
    }

    [Fact]
    public void Files_are_read_and_written_whole()
    {
        Span<byte> buffer = stackalloc byte[8];
        Assert.Equal(-1, _directory.Read("f", buffer));
        _directory.WriteNew("f", "abc"u8, 0x180, sync: true);
        Assert.Equal(3, _directory.Read("f", buffer));
        Assert.Equal("abc"u8, buffer[..3]);
        _directory.WriteNew("f", "0123456789"u8, 0x180, sync: false);
        Assert.Equal(8, _directory.Read("f", buffer));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_path}/f"));
        Assert.True(_directory.Unlink("f"));
        Assert.False(_directory.Unlink("f"));
    }

    [Fact]
    public void Symbolic_links_and_directories_are_not_read_as_files()
    {
        File.WriteAllText($"{_path}/secret", "x");
        Assert.True(_directory.TryCreateSymbolicLink("secret", "link"));
        Assert.False(_directory.TryCreateSymbolicLink("other", "link"));
        using DirectoryFd below = _directory.OpenOrCreateDirectory("below", 0x1c0);
        Span<byte> buffer = stackalloc byte[8];
        Assert.Equal(-1, _directory.Read("link", buffer));
        Assert.Equal(-1, _directory.Read("below", buffer));
        Assert.Equal("secret", _directory.ReadSymbolicLink("link"));
        Assert.Null(_directory.ReadSymbolicLink("secret"));
        Assert.Null(_directory.ReadSymbolicLink("absent"));
        Assert.True(_directory.TryCreateSymbolicLink("below", "below-link"));
        Assert.Throws<LinuxException>(() => _directory.TryOpenDirectory("below-link"));
    }

    [Fact]
    public void A_file_is_moved_onto_a_free_name_or_not_at_all()
    {
        using DirectoryFd below = _directory.OpenOrCreateDirectory("below", 0x1c0);
        below.WriteNew("new", "1"u8, 0x180, sync: false);
        Assert.True(_directory.TryMoveFrom(below, "new", "f"));
        below.WriteNew("new", "2"u8, 0x180, sync: false);
        Assert.False(_directory.TryMoveFrom(below, "new", "f"));
        Assert.Equal("1", File.ReadAllText($"{_path}/f"));
        _directory.MoveFrom(below, "new", "f");
        Assert.Equal("2", File.ReadAllText($"{_path}/f"));
    }

    [Fact]
    public void Every_name_is_listed_also_from_several_buffers()
    {
        string[] names = [.. Enumerable.Range(0, 2000).Select(i => $"a-name-of-some-length-{i}-é")];
        foreach (string name in names)
            File.WriteAllText($"{_path}/{name}", "");
        for (int i = 0; i < 2; i++)
            Assert.Equal(names.Order(StringComparer.Ordinal), _directory.List().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../f")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void Names_that_lead_elsewhere_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => _directory.WriteNew(name, "x"u8, 0x180, sync: false));
        Assert.Throws<ArgumentException>(() => _directory.Unlink(name));
        Assert.Throws<ArgumentException>(() => _directory.TryCreateSymbolicLink("x", name));
    }

    [Fact]
    public void Missing_directories_are_made_on_the_way()
    {
        using DirectoryFd deep = DirectoryFd.OpenOrCreate($"{_path}/a/b/c", 0x1ed);
        Assert.True(Directory.Exists($"{_path}/a/b/c"));
        Assert.Null(DirectoryFd.TryOpen($"{_path}/absent"));
        File.WriteAllText($"{_path}/file", "");
        LinuxException e = Assert.Throws<LinuxException>(() => DirectoryFd.TryOpen($"{_path}/file"));
        Assert.Equal(("open", $"{_path}/file", 20), (e.Operation, e.Subject, e.Errno));
    }

    [Fact]
    public void A_lock_that_was_removed_while_waited_for_is_not_a_lock()
    {
        var first = _directory.Lock("lock", 0x1e8);
        using DirectoryFd other = DirectoryFd.TryOpen(_path)!;
        bool found = false;
        Thread waiter = new(() =>
        {
            using var second = other.Lock("lock", 0x1e8);
            found = other.StatusOf("lock") is not null;
        });
        waiter.Start();
        while (waiter.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
            Thread.Yield();
        _directory.Unlink("lock");
        first.Dispose();
        waiter.Join();
        // It holds the lock of a file that others find.
        Assert.True(found);
    }

    private string Stat(string name)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%s %h %.9Y %.9W", $"{_path}/{name}"]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
