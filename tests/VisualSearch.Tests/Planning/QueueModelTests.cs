using VisualSearch.Search.Planning;

namespace VisualSearch.Tests.Planning;

/// <summary>The queue before the cores: known values, and a simulation of every single request.</summary>
public sealed class QueueModelTests
{
    [Theory]
    [InlineData(1, 0.5, 0.5)]               // one server: the load itself
    [InlineData(2, 1, 1 / 3.0)]             // two servers: a² / (2 + a)
    [InlineData(2, 1.6, 2.56 / 3.6)]
    [InlineData(3, 0, 0)]
    public void Chances_to_wait_are_those_that_formulas_of_few_servers_give(int servers, double load, double chance) =>
        Assert.Equal(chance, QueueModel.ChanceToWait(servers, load), 9);

    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(4, 3.2)]
    [InlineData(16, 13)]
    public void Waits_are_those_of_a_simulated_queue(int servers, double load)
    {
        Random random = new(7);
        double Exponential(double mean) => -mean * Math.Log(1 - random.NextDouble());
        double[] free = new double[servers];
        double[] waits = new double[400_000];
        double now = 0;
        for (int i = 0; i < waits.Length; i++)
        {
            now += Exponential(1 / load);
            int first = Array.IndexOf(free, free.Min());
            double begins = Math.Max(now, free[first]);
            waits[i] = begins - now;
            free[first] = begins + Exponential(1);
        }

        Array.Sort(waits);
        Assert.Equal(waits.Count(static wait => wait > 0) / (double)waits.Length, QueueModel.ChanceToWait(servers, load), 0.02);
        Assert.InRange(waits[(int)(0.99 * waits.Length)] / QueueModel.Wait(servers, load, 0.01), 0.9, 1.1);
    }

    [Fact]
    public void Many_servers_do_not_overflow() => Assert.InRange(QueueModel.ChanceToWait(1000, 950), 0.01, 0.2);

    [Fact]
    public void A_load_of_all_servers_is_no_queue_but_an_overflow() => Assert.Throws<ArgumentOutOfRangeException>(() => QueueModel.ChanceToWait(4, 4));
}
