using System.Runtime.CompilerServices;

// Tests make their own odd files (CMYK, 16-bit, animated) with the binding, and check its pure parts directly.
[assembly: InternalsVisibleTo("VisualSearch.Tests")]
