namespace VisualSearch.Ann;

/// <summary>The check behind an option's range.</summary>
internal static class OptionRange
{
    public static int Check(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; give a value from {least} to {most}.");
}
