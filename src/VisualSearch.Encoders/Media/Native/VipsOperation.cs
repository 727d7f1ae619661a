namespace VisualSearch.Encoders.Media.Native;

/// <summary>One call of a libvips operation: set its properties, run it, take its output. Names are UTF-8 literals.</summary>
/// <remarks><c>using var op = VipsOperation.New("flip"u8).Set("in"u8, image).Set("direction"u8, 0); return op.Run();</c></remarks>
internal unsafe ref struct VipsOperation
{
    private nint operation;

    /// <param name="nickname">The operation's nickname as a null-terminated literal, such as <c>"resize"u8</c>.</param>
    public static VipsOperation New(ReadOnlySpan<byte> nickname)
    {
        fixed (byte* name = nickname)
        {
            nint created = VipsNative.OperationNew(name);
            return created == 0 ? throw new VipsException(VipsErrors.Take()) : new VipsOperation { operation = created };
        }
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, int value)
    {
        // Enumerated properties accept an int as well: GLib registers that conversion.
        GValue content = default;
        GObjectNative.ValueInit(&content, GObjectNative.TypeInt);
        GObjectNative.ValueSetInt(&content, value);
        return Put(property, &content);
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, bool value)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, GObjectNative.TypeBoolean);
        GObjectNative.ValueSetBoolean(&content, value ? 1 : 0);
        return Put(property, &content);
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, double value)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, GObjectNative.TypeDouble);
        GObjectNative.ValueSetDouble(&content, value);
        return Put(property, &content);
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, string value)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, GObjectNative.TypeString);
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(value + '\0'))
            GObjectNative.ValueSetString(&content, text);
        return Put(property, &content);
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, GObjectHandle value)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, GObjectNative.TypeObject);
        GObjectNative.ValueSetObject(&content, value.Pointer);
        return Put(property, &content);
    }

    public readonly VipsOperation Set(ReadOnlySpan<byte> property, ReadOnlySpan<double> values)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, VipsNative.ArrayDoubleType());
        fixed (double* first = values)
        {
            nint array = VipsNative.ArrayDoubleNew(first, values.Length);
            GObjectNative.ValueSetBoxed(&content, array);
            VipsNative.AreaUnref(array);
        }

        return Put(property, &content);
    }

    /// <summary>Sets an array of whole numbers; its own name, because a literal list fits both element types.</summary>
    public readonly VipsOperation SetInts(ReadOnlySpan<byte> property, ReadOnlySpan<int> values)
    {
        GValue content = default;
        GObjectNative.ValueInit(&content, VipsNative.ArrayIntType());
        fixed (int* first = values)
        {
            nint array = VipsNative.ArrayIntNew(first, values.Length);
            GObjectNative.ValueSetBoxed(&content, array);
            VipsNative.AreaUnref(array);
        }

        return Put(property, &content);
    }

    /// <summary>Runs an operation without output, such as a save to a file.</summary>
    public void Execute()
    {
        nint built = operation;
        int failed = VipsNative.OperationBuild(&built);
        operation = built;
        if (failed != 0)
            throw new VipsException(VipsErrors.Take());
    }

    /// <summary>Runs the operation and takes its image <c>out</c>.</summary>
    public VipsImage Run()
    {
        Execute();
        GValue content = default;
        GObjectNative.ValueInit(&content, VipsNative.ImageType());
        fixed (byte* name = "out"u8)
            GObjectNative.ObjectGetProperty(operation, name, &content);
        nint image = GObjectNative.ObjectRef(GObjectNative.ValueGetObject(&content));
        GObjectNative.ValueUnset(&content);
        return new VipsImage(image);
    }

    /// <summary>Runs a save to memory and takes its bytes.</summary>
    public byte[] RunToBytes()
    {
        Execute();
        GValue content = default;
        GObjectNative.ValueInit(&content, VipsNative.BlobType());
        fixed (byte* name = "buffer"u8)
            GObjectNative.ObjectGetProperty(operation, name, &content);
        nuint length;
        nint bytes = VipsNative.BlobGet(GObjectNative.ValueGetBoxed(&content), &length);
        byte[] copy = new ReadOnlySpan<byte>((void*)bytes, checked((int)length)).ToArray();
        GObjectNative.ValueUnset(&content);
        return copy;
    }

    public void Dispose()
    {
        if (operation == 0)
            return;
        VipsNative.ObjectUnrefOutputs(operation);
        GObjectNative.ObjectUnref(operation);
        operation = 0;
    }

    private readonly VipsOperation Put(ReadOnlySpan<byte> property, GValue* content)
    {
        fixed (byte* name = property)
            GObjectNative.ObjectSetProperty(operation, name, content);
        GObjectNative.ValueUnset(content);
        return this;
    }
}
