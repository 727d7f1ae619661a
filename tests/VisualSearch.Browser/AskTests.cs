using System.Text.Json;
using Microsoft.Playwright;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

/// <summary>The Ask view: sources before the answer, citations that open the moment, conversations that stay, answers that can be stopped.</summary>
public sealed class AskTests(SiteFixture site) : PageTests(site)
{
    private const string Home = "?view=ask&in=" + SiteFixture.Videos;

    [Fact]
    public async Task An_answer_cites_its_moment_and_the_citation_plays_it()
    {
        var visit = await AskedAsync(Site.Told.Question);
        await Expect(visit.At("short-answer")).ToHaveTextAsync(Site.Told.Answer);
        await Expect(visit.At("source").First).ToBeVisibleAsync();
        await Expect(visit.At("answer-note")).ToContainTextAsync("extractive");
        var citation = visit.At("citation").First;
        var number = await citation.TextContentAsync();

        await citation.HoverAsync();
        await Expect(visit.Page.Locator($"a[data-source='{number}']")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("lit"));

        await citation.ClickAsync();
        await Expect(visit.At("detail-panel")).ToBeVisibleAsync();
        var source = await visit.Page.EvaluateAsync<JsonElement>("(number) => JSON.parse(localStorage.getItem('conversation videos'))[0].reply.sources[number - 1]", int.Parse(number!));
        await visit.Page.WaitForFunctionAsync("(seconds) => Math.abs(document.querySelector('video').currentTime - seconds) < 0.5", source.GetProperty("moment").GetDouble());
        await Expect(visit.At("transcript").Locator(".match").First).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.At("detail-panel")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_answer_shows_every_stage_on_request()
    {
        var visit = await AskedAsync(Site.Told.Question);
        await Expect(visit.At("answer-note")).ToBeVisibleAsync();
        await Expect(visit.At("evidence").First).ToBeHiddenAsync();
        await visit.At("how").Locator("summary").ClickAsync();
        await Expect(visit.At("how").Locator("li[data-stage]")).ToHaveCountAsync(7);
        await Expect(visit.At("evidence").First).ToBeVisibleAsync();
        await Expect(visit.At("evidence").First.Locator("td").First).ToHaveTextAsync("1");
        await Expect(visit.At("how").Locator("li[data-stage=answer]")).ToContainTextAsync($"where the answer is “{Site.Told.Answer}”");
        Assert.DoesNotContain("explanation", await visit.Page.EvaluateAsync<string>("() => localStorage.getItem('conversation videos')"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_says_is_not_found_and_says_so()
    {
        var visit = await AskedAsync("Who is the prime minister of Atlantis?");
        await Expect(visit.At("answer")).ToContainTextAsync("Not found in this collection.");
        await Expect(visit.At("citation")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_conversation_stays_in_this_browser_until_it_is_forgotten()
    {
        var visit = await AskedAsync(Site.Told.Question);
        await Expect(visit.At("answer-note")).ToBeVisibleAsync();
        await visit.OpenAsync(Home);
        await Expect(visit.At("question")).ToHaveTextAsync([Site.Told.Question]);
        await Expect(visit.At("short-answer")).ToHaveTextAsync(Site.Told.Answer);
        await visit.At("forget").ClickAsync();
        await Expect(visit.At("turn")).ToHaveCountAsync(0);
        await visit.OpenAsync(Home);
        await Expect(visit.At("ask-words")).ToBeVisibleAsync();
        await Expect(visit.At("turn")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_next_question_brings_the_conversation_along()
    {
        var visit = await AskedAsync(Site.Told.Question);
        await Expect(visit.At("answer-note")).ToBeVisibleAsync();
        var sent = await visit.Page.RunAndWaitForRequestAsync(async () => await PutAsync(visit, "And who else?"), static request => request.Url.EndsWith("/ask", StringComparison.Ordinal));
        var history = JsonDocument.Parse(sent.PostData!).RootElement.GetProperty("history");
        Assert.Equal(Site.Told.Question, history[0].GetProperty("question").GetString());
        await Expect(visit.At("turn")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Stopping_ends_the_request_and_keeps_what_came()
    {
        var visit = await VisitAsync();
        await visit.OpenAsync(Home);
        // A server that never ends its answer.
        await visit.Page.EvaluateAsync("""
            () => {
              const real = fetch;
              window.fetch = (url, options) => {
                if (!String(url).endsWith("/ask")) return real(url, options);
                const words = new TextEncoder().encode('event: sources\ndata: {"understood":"x","sources":[]}\n\nevent: text\ndata: {"text":"The first words"}\n\n');
                const body = new ReadableStream({ start(stream) { stream.enqueue(words); options.signal.addEventListener("abort", () => { window.ended = true; stream.error(options.signal.reason); }); } });
                return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
              };
            }
            """);
        await PutAsync(visit, "What happened?");
        await Expect(visit.At("answer")).ToHaveTextAsync("The first words");
        await visit.At("stop").ClickAsync();
        await Expect(visit.At("answer-note")).ToHaveTextAsync("stopped");
        await Expect(visit.At("answer")).ToHaveTextAsync("The first words");
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => window.ended === true"));
    }

    [Fact]
    public async Task It_says_that_nothing_leaves_the_machine_and_fits_a_phone()
    {
        var visit = await VisitAsync(Visit.Phone);
        await visit.OpenAsync(Home);
        await Expect(visit.At("ask-note")).ToContainTextAsync("nothing leaves this machine");
        await PutAsync(visit, Site.Told.Question);
        await Expect(visit.At("short-answer")).ToBeVisibleAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
    }

    private async Task<Visit> AskedAsync(string question)
    {
        var visit = await VisitAsync();
        await visit.OpenAsync(Home);
        await PutAsync(visit, question);
        return visit;
    }

    private static async Task PutAsync(Visit visit, string question)
    {
        await visit.At("ask-words").FillAsync(question);
        await visit.Page.Keyboard.PressAsync("Enter");
    }
}
