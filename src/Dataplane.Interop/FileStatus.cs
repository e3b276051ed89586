namespace Dataplane.Interop;

/// <summary>What statx(2) says about a file.</summary>
/// <param name="Modified">Time of the last modification, nanoseconds since the epoch; of a directory: when an entry was made or removed.</param>
/// <param name="Born">Time of creation, nanoseconds since the epoch; null where the filesystem does not record it.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Links">Names the file has.</param>
/// <param name="IsRegular">Whether it is a regular file.</param>
public readonly record struct FileStatus(long Modified, long? Born, ulong Size, uint Links, bool IsRegular);
