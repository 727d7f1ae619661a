using System.Runtime.CompilerServices;

// Tests make their own odd files (CMYK, 16-bit, animated) with the binding, and check its pure parts directly.
[assembly: InternalsVisibleTo("VisualSearch.Tests")]

// The video benchmark saves screenshots as JPEG, which the product never writes.
[assembly: InternalsVisibleTo("VisualSearch.Bench")]
