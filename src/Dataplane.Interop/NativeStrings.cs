using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Interop;

/// <summary>Arrays of strings as execve(2) takes them.</summary>
internal static unsafe class NativeStrings
{
    /// <summary>Makes one block: the pointers, a null, then the texts.</summary>
    /// <param name="texts">The strings.</param>
    /// <returns>The block, for <see cref="NativeMemory.Free(void*)"/>.</returns>
    public static byte** Allocate(IReadOnlyList<string> texts)
    {
        int size = (texts.Count + 1) * sizeof(byte*);
        for (int i = 0; i < texts.Count; i++)
        {
            size += Encoding.UTF8.GetByteCount(texts[i]) + 1;
        }

        byte* block = (byte*)NativeMemory.AllocZeroed((nuint)size);
        byte** pointers = (byte**)block;
        byte* text = block + ((texts.Count + 1) * sizeof(byte*));
        for (int i = 0; i < texts.Count; i++)
        {
            pointers[i] = text;
            text += Encoding.UTF8.GetBytes(texts[i], new Span<byte>(text, (int)(block + size - text))) + 1;
        }

        return pointers;
    }
}
