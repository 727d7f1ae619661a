using System.Text.Json;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Tests.Qdrant;

public sealed class QdrantOptionsTests
{
    [Fact]
    public void Without_an_address_there_are_no_settings()
    {
        Assert.Null(QdrantOptions.From(static _ => null));
        Assert.Null(QdrantOptions.From(static name => name == "VSEARCH_QDRANT_URL" ? "  " : "key"));
    }

    [Fact]
    public void Several_addresses_and_a_key_are_read()
    {
        QdrantOptions options = QdrantOptions.From(static name => name switch
        {
            "VSEARCH_QDRANT_URL" => "http://one:6333, https://two.example.com/qdrant ,",
            "VSEARCH_QDRANT_API_KEY" => " secret ",
            _ => null,
        })!;
        Assert.Equal([new Uri("http://one:6333"), new Uri("https://two.example.com/qdrant")], options.Nodes);
        Assert.Equal("secret", options.ApiKey);
        Assert.Equal("QdrantOptions { http://one:6333, https://two.example.com, with a key }", options.ToString());
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:6333", "http://")]
    [InlineData("ftp://host", "http://")]
    [InlineData("just words", "no address")]
    [InlineData("http://me:password@host", "user name")]
    [InlineData("http://host?key=4711", "VSEARCH_QDRANT_API_KEY")]
    [InlineData(",", "No address")]
    public void A_wrong_address_is_refused_without_being_quoted(string addresses, string reason)
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => QdrantOptions.For(addresses));
        Assert.Equal(QdrantFault.Settings, wrong.Fault);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_no_header_can_carry_is_refused_without_being_quoted()
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => QdrantOptions.For("http://host", "abc\ndef"));
        Assert.DoesNotContain("abc", wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        QdrantOptions good = QdrantOptions.For("http://host");
        Assert.Contains("Retries", Assert.Throws<ArgumentOutOfRangeException>(() => good with { Retries = 11 }).Message, StringComparison.Ordinal);
        Assert.Contains("Oversampling", Assert.Throws<ArgumentOutOfRangeException>(() => good with { Oversampling = 0.9 }).Message, StringComparison.Ordinal);
        Assert.Contains("ShardNumber", Assert.Throws<ArgumentOutOfRangeException>(() => good with { ShardNumber = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("RequestTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => good with { RequestTimeout = TimeSpan.Zero }).Message, StringComparison.Ordinal);
        Assert.Contains("WriteConsistencyFactor (2)", Assert.Throws<ArgumentException>(() => new QdrantClient(good with { WriteConsistencyFactor = 2 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", 1, 1)]
    [InlineData("2", 2, 1)]
    [InlineData("3", 3, 2)]
    [InlineData("", 1, 1)]
    public void Copies_come_from_the_environment_and_most_of_three_must_have_a_write(string replicas, int copies, int writes)
    {
        QdrantOptions options = QdrantOptions.From(name => name == "VSEARCH_QDRANT_REPLICAS" ? replicas : name == "VSEARCH_QDRANT_URL" ? "http://localhost:6333" : null)!;
        Assert.Equal((copies, writes), (options.ReplicationFactor, options.WriteConsistencyFactor));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("two")]
    public void A_wrong_number_of_copies_is_named(string replicas)
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => QdrantOptions.From(name => name == "VSEARCH_QDRANT_REPLICAS" ? replicas : "http://localhost:6333"));
        Assert.Contains($"VSEARCH_QDRANT_REPLICAS is \"{replicas}\"", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("600", 600)]
    [InlineData("", 30)]
    public void The_lease_of_a_writer_comes_from_the_environment(string lease, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        QdrantOptions.From(name => name == "VSEARCH_QDRANT_LEASE_SECONDS" ? lease : name == "VSEARCH_QDRANT_URL" ? "http://localhost:6333" : null)!.WriterLease);

    [Theory]
    [InlineData("1")]
    [InlineData("601")]
    [InlineData("-5")]
    [InlineData("2.5")]
    [InlineData("a while")]
    public void A_lease_of_no_sense_is_named(string lease)
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => QdrantOptions.From(name => name switch
        {
            "VSEARCH_QDRANT_LEASE_SECONDS" => lease,
            "VSEARCH_QDRANT_URL" => "http://localhost:6333",
            _ => null,
        }));
        Assert.Contains($"VSEARCH_QDRANT_LEASE_SECONDS is \"{lease}\"", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => QdrantOptions.For("http://host") with { WriterLease = TimeSpan.FromSeconds(1.9) });
    }
}
