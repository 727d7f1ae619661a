import { request } from "../api.js";
import { el } from "../dom.js";
import { clock } from "../format.js";
import { icon } from "../icons.js";

/** A mark of a moment is at least this wide, in percent of the timeline, so that it can be hit. */
const leastMark = 1.2;

/** A moment covers less than this share of its video. */
const mostMark = 0.9;

/** So many of the nearest are marked where nothing comes close. */
const fewMarks = 5;

/**
 * What the player shows: `start` is the second to begin at, `found` the span that was found; with another key it starts anew.
 * @typedef {{key: string, url: string, frameUrl: (seconds: number) => string, start: number, found: {start: number, end: number}, duration: number, transcriptUrl: string}} Film
 */

/**
 * A video at its moment: the player, a timeline with all moments that answer the search, and what is said, line by line. Where the
 * browser can't play it (AVI, an animated GIF, H.265 in most), its frames are shown one by one, as the server reads them.
 * @param {object} options `onFrame(file)`: search with the frame that is shown
 */
export function createVideoPlayer({ onFrame }) {
  let film = null;
  let lines = [];
  const video = el("video.player@player", { controls: true, playsinline: true, preload: "metadata" });
  const still = el("img.player@still", { hidden: true, alt: "" });
  const hint = el("p.panel-hint@stills-hint", { hidden: true }, "This browser can't play this kind of video. The timeline leads to single frames of it.");
  const frame = el("button.button.quiet@search-frame", { click: searchWithFrame }, icon("crop"), "Search with this frame");
  const cursor = el("span.timeline-cursor");
  const timeline = el("div.timeline@timeline", { role: "group", "aria-label": "Moments in this video" }, cursor);
  const transcript = el("ol.transcript@transcript", { "aria-label": "What is said", tabindex: "0" });
  const section = el("section.panel-section", { hidden: true }, el("h3", "What is said"), transcript);
  const element = el("div.film", video, still, hint, timeline, el("div.stage-tools", frame), section);

  // With a picture track that it doesn't know a browser plays the sound alone, and says nothing.
  video.onloadedmetadata = () => (video.videoWidth > 0 ? seek(film.start) : showStills(true));
  video.onerror = () => showStills(true);
  video.ontimeupdate = () => follow(video.currentTime);

  function showStills(on) {
    video.hidden = on;
    still.hidden = hint.hidden = !on;
    if (on) seek(film.start);
  }

  function seek(seconds) {
    if (video.hidden) {
      still.src = film.frameUrl(seconds);
      follow(seconds);
      return;
    }
    // A frame's own time is where it begins to be shown: a hair later it surely is.
    video.currentTime = Math.min(seconds + 0.01, Math.max(0, (video.duration || film.duration) - 0.05));
  }

  function follow(now) {
    cursor.style.left = `${(100 * now) / film.duration}%`;
    for (const { start, end, item } of lines) item.classList.toggle("now", now >= start && now < end);
  }

  function searchWithFrame() {
    const canvas = document.createElement("canvas");
    const [shown, name] = video.hidden ? [still, "frame"] : [video, `frame at ${clock(video.currentTime)}`];
    canvas.width = shown.naturalWidth ?? video.videoWidth;
    canvas.height = shown.naturalHeight ?? video.videoHeight;
    canvas.getContext("2d").drawImage(shown, 0, 0);
    canvas.toBlob((blob) => onFrame(new File([blob], `${name}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.92);
  }

  /** What lies over nearly all of the video marks no moment of it; the shortest are drawn last, so that none is covered. */
  function showMoments(all) {
    const isFound = ({ start, end }) => start === film.found.start && end === film.found.end;
    const moments = all.filter(({ start, end }) => end - start < mostMark * film.duration);
    const good = moments.filter((moment) => !moment.belowCutoff || isFound(moment));
    const shown = (good.length > 1 ? good : moments.slice(0, fewMarks)).toSorted((a, b) => b.end - b.start - (a.end - a.start));
    const marks = shown.map(({ start, end, moment, match }) => {
      const mark = el("button.mark@moment-mark", {
        "aria-label": `${clock(start)} to ${clock(end)}, match ${match}`,
        title: `${clock(start)} · match ${match}`,
        click: () => seek(moment ?? start),
      });
      mark.style.left = `${(100 * start) / film.duration}%`;
      mark.style.width = `${Math.max(leastMark, (100 * (end - start)) / film.duration)}%`;
      mark.style.opacity = 0.35 + (0.65 * match) / 100;
      mark.classList.toggle("found", isFound({ start, end }));
      return mark;
    });
    timeline.replaceChildren(...marks, cursor);
  }

  function showTranscript(all) {
    lines = all.map(({ start, end, text }) => {
      const line = el("button.line@transcript-line", { click: () => seek(start) }, el("time", clock(start)), el("span", text));
      const item = el("li", line);
      item.classList.toggle("match", start < film.found.end && end > film.found.start);
      return { start, end, item };
    });
    section.hidden = lines.length === 0;
    transcript.replaceChildren(...lines.map(({ item }) => item));
    const first = transcript.querySelector(".match");
    if (first) transcript.scrollTop = first.offsetTop - transcript.offsetTop;
  }

  return {
    element,
    /** @param {Promise<object[]>} moments all of this video that answer the search */
    show(next, moments) {
      const again = film?.url === next.url;
      const same = film?.key === next.key;
      film = next;
      if (same) return;
      if (again) seek(film.start);
      else {
        showStills(false);
        video.src = film.url;
      }
      showMoments([]);
      showTranscript([]);
      const still = () => film.key === next.key;
      moments.then((found) => still() && showMoments(found), () => {});
      request(film.transcriptUrl).then((answer) => still() && showTranscript(answer.lines), () => {});
    },
    pause: () => video.pause(),
  };
}
