using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// One network in ONNX Runtime: opened with the product's settings, its input and output compared with the manifest, its faults
/// told in the product's words. Safe for many threads at once.
/// </summary>
internal sealed class NetworkSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;
    private readonly string[] _outputs;

    private NetworkSession(InferenceSession session, int threads, string path, string input, string output)
    {
        Threads = threads;
        _session = session;
        _path = path;
        _outputs = [output];
        Others = [.. session.InputMetadata.Keys.Where(k => k != input)];
    }

    /// <summary>Names of the inputs besides the one that the manifest names.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Threads that share one run, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>ONNX Runtime's version, such as <c>1.29.0</c>.</summary>
    /// <exception cref="ModelException">Its native library can't be loaded.</exception>
    public static string RuntimeVersion
    {
        get
        {
            try
            {
                RuntimeTelemetry.TurnOff();
                return OrtEnv.Instance().GetVersionString();
            }
            catch (Exception e) when (NativeFault(e) is { } fault)
            {
                throw NativeLibraryFault(fault);
            }
        }
    }

    /// <summary>Loads and optimises a network.</summary>
    /// <param name="path">ONNX file.</param>
    /// <param name="input">Its main input, and the shape that it must take; -1 for a free axis.</param>
    /// <param name="output">The wanted output, and its shape.</param>
    /// <param name="fillable">Names of inputs that the caller can fill besides.</param>
    /// <param name="encoder">Says how many threads share one run.</param>
    /// <exception cref="ModelException">The file or the native library can't be used, or the network is not as model.json says.</exception>
    public static NetworkSession Open(
        string path, (string Name, int[] Shape) input, (string Name, int[] Shape) output, IReadOnlyCollection<string> fillable, EncoderOptions encoder)
    {
        InferenceSession session;
        int threads;
        try
        {
            RuntimeTelemetry.TurnOff();
            threads = encoder.ThreadsOf(new FileInfo(path).Length, Environment.ProcessorCount);
            using SessionOptions options = Options(threads);
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException(
                $"ONNX Runtime cannot load '{path}': {e.Message} Install the model again; run 'vsearch doctor' if that does not help.", e);
        }
        catch (FileNotFoundException e)
        {
            throw new ModelException($"'{path}' is missing, but model.json names it. Install the model again.", e);
        }
        catch (Exception e) when (NativeFault(e) is { } fault)
        {
            throw NativeLibraryFault(fault);
        }

        try
        {
            Check(session.InputMetadata, "input", input.Name, input.Shape, path);
            Check(session.OutputMetadata, "output", output.Name, output.Shape, path);
            string[] unknown = [.. session.InputMetadata.Keys.Where(k => k != input.Name && !fillable.Contains(k))];
            if (unknown.Length > 0)
            {
                throw new ModelException(
                    $"'{path}' also wants the input '{string.Join("', '", unknown)}', which this version does not fill. Export it with "
                    + $"'{input.Name}' alone{(fillable.Count > 0 ? $", or with '{string.Join("', '", fillable)}' besides" : "")}.");
            }

            return new NetworkSession(session, threads, path, input.Name, output.Name);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The type of an input's elements.</summary>
    public TensorElementType TypeOf(string input) => _session.InputMetadata[input].ElementDataType;

    /// <summary>Runs the network once.</summary>
    /// <param name="inputs">Every input, filled.</param>
    /// <param name="output">Takes the output, of the type float32.</param>
    /// <param name="shape">The output's shape.</param>
    public void Run(NetworkInputs inputs, float[] output, params long[] shape)
    {
        try
        {
            using OrtValue to = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, output.AsMemory(0, NetworkInputs.Count(shape)), shape);
            _session.Run(_run, inputs.Names, inputs.Values, _outputs, [to]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException(
                $"ONNX Runtime failed in '{_path}' on the input {inputs}: {e.Message} "
                + "Free memory or lower EncoderOptions.MaxBatch; if it stays, install the model again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Idle workers would otherwise spin for a while after each run and take the cores from those who decode pictures.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    // .NET's message goes on for pages with every place that it looked at; its first sentence says what failed.
    private static ModelException NativeLibraryFault(Exception fault) => new(
        $"ONNX Runtime's native library cannot be loaded: {fault.Message.Split(". ")[0]}. "
        + "Build for this system again with './vsearch', or check that the program's folder holds libonnxruntime for this processor (runtimes/<system>/native).", fault);

    private static Exception? NativeFault(Exception e) => e switch
    {
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => e,
        TypeInitializationException { InnerException: { } inner } => NativeFault(inner) ?? inner,
        _ => null,
    };

    private static void Check(IReadOnlyDictionary<string, NodeMetadata> all, string what, string name, int[] expected, string path)
    {
        if (!all.TryGetValue(name, out NodeMetadata? found))
        {
            throw new ModelException(
                $"'{path}' has no {what} '{name}', only '{string.Join("', '", all.Keys)}'. Correct the name in model.json.");
        }

        int[] shape = found.Dimensions;
        bool fits = shape.Length == expected.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            // A free axis takes anything, and an output whose shape was not inferred shows when it runs.
            fits = shape[i] < 0 || shape[i] == expected[i];
        }

        if (!fits)
        {
            throw new ModelException(
                $"'{path}': the {what} '{name}' has the shape [{string.Join(", ", shape)}], but model.json asks for "
                + $"[{string.Join(", ", expected)}] (-1 is free). Correct model.json, or export the network with a free batch size.");
        }
    }
}
