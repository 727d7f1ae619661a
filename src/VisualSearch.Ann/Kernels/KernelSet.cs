using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann;

/// <summary>
/// Which vector instructions the distance kernels use on this machine. The choice is fixed when the process starts: the checks are
/// constants to the JIT, so a kernel's call costs no dispatch.
/// </summary>
public static class KernelSet
{
    /// <summary>For a person to read, such as <c>avx512bw (float32 512 bits, codes 512 bits)</c>.</summary>
    public static string Description { get; } = Describe();

    private static string Describe()
    {
        int floats = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        int codes = Avx512BW.IsSupported ? 512 : Avx2.IsSupported ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        string name = Avx512BW.IsSupported ? "avx512bw" : Avx2.IsSupported ? "avx2" : Vector128.IsHardwareAccelerated ? "vector128" : "scalar";
        return $"{name} (float32 {Bits(floats)}, codes {Bits(codes)})";
    }

    private static string Bits(int width) => width == 0 ? "scalar" : $"{width} bits";
}
