using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// Keeps ONNX Runtime from telling its maker about this machine. Since 1.29 the library, where it is not told otherwise before it starts, keeps an
/// identity of the device and a store of events in the user's folders, and uploads them.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Off = new(TurnOffOnce);

    /// <summary>To be called before anything else of the library: what it reads at its start holds to its end. Who has set the variable keeps their choice.</summary>
    public static void TurnOff() => _ = Off.Value;

    private static bool TurnOffOnce()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return false;
        if (OperatingSystem.IsWindows())
        {
            // There its events go to the system's own tracing, from the first call after this on.
            OrtEnv.Instance().DisableTelemetryEvents();
            return true;
        }

        // .NET's own SetEnvironmentVariable does not reach native code on Unix.
        if (SetVariable(Variable, "1", overwrite: 0) != 0)
            throw new ModelException($"The variable {Variable} could not be set ({Marshal.GetLastPInvokeErrorMessage()}), without which ONNX Runtime sends data to its maker. Set it to 1 before starting.");
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
