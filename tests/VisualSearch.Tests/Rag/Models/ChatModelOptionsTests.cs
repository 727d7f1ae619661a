using System.Text.Json;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Tests.Rag.Models;

public sealed class ChatModelOptionsTests
{
    private const string Key = "sk-secret-0b7d";

    [Fact]
    public void Without_an_address_there_is_no_model()
        => Assert.Null(ChatModelOptions.From(static name => name == "VSEARCH_CHAT_MODEL" ? "m" : null));

    [Theory]
    [InlineData("http://localhost:11434", "http://localhost:11434/v1", false)]
    [InlineData("http://localhost:11434/", "http://localhost:11434/v1", false)]
    [InlineData("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1", false)]
    [InlineData("http://[::1]:8080/v1", "http://[::1]:8080/v1", false)]
    [InlineData("https://api.openai.com/v1", "https://api.openai.com/v1", true)]
    [InlineData("https://me.openai.azure.com/openai/v1/", "https://me.openai.azure.com/openai/v1", true)]
    [InlineData("http://192.168.1.7:8000", "http://192.168.1.7:8000/v1", true)]
    public void An_address_is_completed_and_known_to_be_here_or_elsewhere(string url, string address, bool isRemote)
    {
        ChatModelOptions options = Read(url)!;
        Assert.Equal((address, isRemote), (options.Address.AbsoluteUri, options.IsRemote));
    }

    [Fact]
    public void All_variables_are_read()
    {
        ChatModelOptions options = Read("http://localhost:1", key: " " + Key + "\n", vision: "1")!;
        Assert.Equal(("m", Key, true), (options.Model, options.ApiKey, options.SeesPictures));
        Assert.Null(Read("http://localhost:1", key: "")!.ApiKey);
        Assert.False(Read("http://localhost:1")!.SeesPictures);
    }

    [Theory]
    [InlineData("localhost", "m", null, null, "VSEARCH_CHAT_URL")]
    [InlineData("ftp://localhost/v1", "m", null, null, "VSEARCH_CHAT_URL")]
    [InlineData("http://localhost/v1?key=" + Key, "m", null, null, "VSEARCH_CHAT_KEY")]
    [InlineData("http://" + Key + "@localhost/v1", "m", null, null, "VSEARCH_CHAT_KEY")]
    [InlineData("http://localhost/v1", " ", null, null, "VSEARCH_CHAT_MODEL")]
    [InlineData("http://localhost/v1", "m", Key + "\r\nX: y", null, "VSEARCH_CHAT_KEY")]
    [InlineData("http://localhost/v1", "m", null, "maybe", "\"maybe\"")]
    public void What_can_t_be_used_is_said_without_the_key(string url, string model, string? key, string? vision, string says)
    {
        ChatModelException error = Assert.Throws<ChatModelException>(() => Read(url, model, key, vision));
        Assert.Equal((ChatModelFault.Settings, "chat-settings"), (error.Fault, error.Code));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_is_in_no_text_of_the_settings()
    {
        ChatModelOptions options = Read("http://localhost:1", key: Key)!;
        Assert.Equal("m at http://localhost:1", options.ToString());
        Assert.DoesNotContain(Key, JsonSerializer.Serialize(options), StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => options with { ApiKey = Key + "ü" });
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        ChatModelOptions options = Read("http://localhost:1")!;
        Assert.Equal("Retries", Assert.Throws<ArgumentOutOfRangeException>(() => options with { Retries = 11 }).ParamName);
        Assert.Equal("TokenTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => options with { TokenTimeout = TimeSpan.Zero }).ParamName);
        Assert.Equal("Model", Assert.Throws<ArgumentException>(() => options with { Model = "" }).ParamName);
        Assert.Equal("MaxInputTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAnswererOptions { MaxInputTokens = 1 }).ParamName);
        Assert.Equal("Temperature", Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAnswererOptions { Temperature = float.NaN }).ParamName);
    }

    private static ChatModelOptions? Read(string url, string model = "m", string? key = null, string? vision = null) => ChatModelOptions.From(name => name switch
    {
        "VSEARCH_CHAT_URL" => url,
        "VSEARCH_CHAT_MODEL" => model,
        "VSEARCH_CHAT_KEY" => key,
        "VSEARCH_CHAT_VISION" => vision,
        _ => null,
    });
}
