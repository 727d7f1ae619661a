using System.Globalization;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Retrieval;

/// <summary>
/// The right-hand side of a comparison, prepared: its folded text, and the number it is or reads as. People type years
/// into text boxes and sidecars quote numbers, so "2019" equals 2019; order is by number for numbers and by text for texts.
/// </summary>
internal readonly struct FilterOperand
{
    public FilterOperand(FieldValue value)
    {
        Folded = CatalogText.Fold(value.ToString());
        IsText = value.Kind == FieldKind.Text;
        if (value.Kind == FieldKind.Number)
            Number = value.Number;
        else if (IsText && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            Number = number == 0 ? 0 : number;
    }

    /// <summary>The value's text in folded form.</summary>
    public string Folded { get; }

    /// <summary>Whether it came as text, so that it can be ordered against texts.</summary>
    public bool IsText { get; }

    /// <summary>The number it is or reads as, or null.</summary>
    public double? Number { get; }

    /// <summary>Whether <paramref name="value"/> is to this operand as the operator says.</summary>
    public bool Accepts(FilterOperator comparison, FieldValue value)
    {
        if (comparison == FilterOperator.Equal)
        {
            return (value.Kind == FieldKind.Number && Number == value.Number) ||
                string.Equals(CatalogText.Fold(value.ToString()), Folded, StringComparison.Ordinal);
        }
        return value.Kind switch
        {
            FieldKind.Number when Number is double number => Holds(comparison, value.Number.CompareTo(number)),
            FieldKind.Text when IsText => Holds(comparison, CatalogText.CompareCodePoints(CatalogText.Fold(value.Text), Folded)),
            _ => false,
        };
    }

    private static bool Holds(FilterOperator comparison, int order) => comparison switch
    {
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        FilterOperator.Less => order < 0,
        FilterOperator.LessOrEqual => order <= 0,
        _ => order == 0,
    };
}
