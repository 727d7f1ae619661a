namespace VisualSearch.Search.Rag.Models;

/// <summary>How many tokens a text has, roughly and rather too many: every model cuts text up in its own way.</summary>
internal static class TokenEstimate
{
    /// <summary>A picture of 768 pixels on its longer side: 765 tokens for OpenAI's models (high detail), about 600 for Qwen-VL's.</summary>
    public const int Picture = 800;

    /// <summary>Four letters of ASCII a token, and one of any other script: Chinese has about one a character, Cyrillic half of one.</summary>
    public static int Of(string text)
    {
        int other = 0;
        foreach (char c in text)
        {
            if (c > '\x7F')
                other++;
        }

        return (text.Length - other + 3) / 4 + other;
    }
}
