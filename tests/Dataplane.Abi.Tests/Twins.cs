using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Dataplane.Abi.Tests;

/// <summary>The convention by which a type of Dataplane.Abi is the twin of one in abi.h, and how both are laid out.</summary>
public static class Twins
{
    public const string Prefix = "dp_";

    /// <summary>Structures and enums of the assembly; what only holds bytes in place is part of their fields.</summary>
    public static IEnumerable<Type> Managed => typeof(AbiVersion).Assembly.GetExportedTypes()
        .Where(static t => t.IsValueType && t.GetCustomAttribute<InlineArrayAttribute>() is null);

    /// <summary>last_seen, LastSeen, FAST_PATH and FastPath are the same name.</summary>
    public static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>The type's name, as it is, as a row's, or as the plural of flags.</summary>
    public static bool Match(string c, Type managed)
    {
        string plain = Plain(c[Prefix.Length..]), name = Plain(managed.Name);
        return name == plain || name == plain + "ROW"
            || (managed.GetCustomAttribute<FlagsAttribute>() is not null && name == plain + "S");
    }

    /// <summary>What all names of an enum begin with, up to an underscore: "DP_FLOW_".</summary>
    public static int CommonPrefix(IReadOnlyList<string> names)
    {
        int length = names.Min(static n => n.Length);
        for (int i = 0; i < length; i++)
        {
            if (names.Any(n => n[i] != names[0][i]))
            {
                length = i;
            }
        }
        return names[0].LastIndexOf('_', length - 1) + 1;
    }

    public static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);

    public static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>Where the runtime has put a field. Marshal.OffsetOf knows only what native code would be given.</summary>
    public static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(int), null, typeof(Twins).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        LocalBuilder local = il.DeclareLocal(field.DeclaringType!);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ret);
        return (int)method.Invoke(null, null)!;
    }
}
