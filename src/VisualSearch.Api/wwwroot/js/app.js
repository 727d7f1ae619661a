import { indexingLine, offlineLine } from "./components/frame-lines.js";
import { later, register, start } from "./router.js";
import { themeSwitch } from "./theme.js";
import { createSearchView } from "./views/search.js";

const main = document.getElementById("main");
const search = createSearchView({ main, fieldSlot: document.getElementById("field-slot") });
register(search);
register(later({ name: "ask", label: "Ask" }, async () => (await import("./views/ask.js")).createAskView({ main }), "css/ask.css"));
register(later({ name: "lab", label: "Lab" }, async () => (await import("./views/lab.js")).createLabView({ main }), "css/lab.css"));

document.getElementById("topbar-end").append(themeSwitch());
document
  .getElementById("lines")
  .append(offlineLine(search.refresh), indexingLine({ onGrowth: search.grow, onFinished: search.refreshStart }));
start();
