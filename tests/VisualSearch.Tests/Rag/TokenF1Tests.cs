using VisualSearch.Search.Evaluation;

namespace VisualSearch.Tests.Rag;

public sealed class TokenF1Tests
{
    [Theory]
    [InlineData("Peter Lund", "Peter Lund", 1)]
    [InlineData("peter lund.", "The Peter Lund", 1)]
    [InlineData("Peter", "Peter Lund", 2.0 / 3)]
    [InlineData("It was Peter Lund. [1]", "Peter Lund", 2.0 * 2 / 6)]
    [InlineData("nobody", "Peter Lund", 0)]
    [InlineData("the the", "a", 1)]
    [InlineData("two two", "two", 2.0 / 3)]
    [InlineData("", "Peter", 0)]
    public void Is_the_harmonic_mean_of_shared_words(string given, string known, double f1)
    {
        Assert.Equal(f1, TokenF1.Of(given, known), 9);
        Assert.Equal(f1, TokenF1.Of(known, given), 9);
    }
}
