using Dataplane.Interop;

namespace Dataplane.Engine.Tests;

/// <summary>Our SHA-256 against the runtime's, around every edge of a block.</summary>
public sealed class Sha256Tests
{
    [Fact]
    public void It_is_SHA_256()
    {
        byte[] data = new byte[300];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(System.Security.Cryptography.SHA256.HashData(data.AsSpan(0, length)), Sha256.Hash(data.AsSpan(0, length)));
        }
    }
}
