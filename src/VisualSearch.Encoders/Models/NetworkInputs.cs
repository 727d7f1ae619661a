using Microsoft.ML.OnnxRuntime;

namespace VisualSearch.Encoders.Models;

/// <summary>The filled inputs of one run of a network, by name.</summary>
internal sealed class NetworkInputs : IDisposable
{
    private readonly List<string> _names = [];
    private readonly List<OrtValue> _values = [];
    private readonly List<string> _shapes = [];

    /// <summary>The names, in the order added.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>The values, in the same order.</summary>
    public IReadOnlyCollection<OrtValue> Values => _values;

    /// <summary>Adds an input without copying it.</summary>
    /// <param name="name">Its name in the graph.</param>
    /// <param name="values">At least as many as <paramref name="shape"/> says; must not change until the run is over.</param>
    /// <param name="shape">Its shape.</param>
    public void Add<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        _names.Add(name);
        _values.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, Count(shape)), shape));
        _shapes.Add($"{name} [{string.Join(", ", shape)}]");
    }

    /// <summary>How many values a shape holds.</summary>
    public static int Count(ReadOnlySpan<long> shape)
    {
        int count = 1;
        foreach (long axis in shape)
        {
            count = checked(count * (int)axis);
        }

        return count;
    }

    /// <summary>Names and shapes, for messages.</summary>
    public override string ToString() => string.Join(", ", _shapes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue value in _values)
        {
            value.Dispose();
        }
    }
}
