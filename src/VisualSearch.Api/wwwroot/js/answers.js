import { ApiError, inCollection, request, send, sentence } from "./api.js";

/** Who answers: {model, remote}; `remote` names the server that questions and sources are sent to, where they leave this machine. */
export const answerer = (signal) => request("v1/answerer", { signal });

/**
 * Asks, and tells what comes as it comes.
 * @param {string} collection
 * @param {{question: string, history: {question: string, answer: string}[]}} ask
 * @param {{onSources: Function, onText: (text: string) => void, signal: AbortSignal}} listener ending the signal ends the answer, also that of a language model
 * @returns {Promise<object>} the whole answer
 */
export async function ask(collection, { question, history }, { onSources, onText, signal }) {
  const body = JSON.stringify({ question, history, stream: true, explain: true });
  const response = await send(`${inCollection(collection)}/ask`, { method: "POST", body, signal, accept: "text/event-stream" });
  for await (const { event, data } of events(response.body)) {
    if (event === "sources") onSources(data);
    else if (event === "text") onText(data.text);
    else if (event === "answer") return data;
    else if (event === "error") throw new ApiError({ ...data, title: sentence(data.title), details: JSON.stringify(data, null, 2) });
  }
  throw new ApiError({ status: 0, title: "The answer broke off.", detail: "The server ended it before it was whole. Ask again." });
}

/** Server-sent events of a body, as they come. */
async function* events(body) {
  let rest = "";
  // Leaving the loop early ends the request too.
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + piece).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
      const data = field("data").join("\n");
      if (data) yield { event: field("event")[0] ?? "message", data: JSON.parse(data) };
    }
  }
}
