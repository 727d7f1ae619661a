import { indexingLine, offlineLine } from "./components/frame-lines.js";
import { register, start } from "./router.js";
import { themeSwitch } from "./theme.js";
import { createSearchView } from "./views/search.js";

const search = createSearchView({ main: document.getElementById("main"), fieldSlot: document.getElementById("field-slot") });
register(search);

document.getElementById("topbar-end").append(themeSwitch());
document
  .getElementById("lines")
  .append(offlineLine(search.refresh), indexingLine({ onGrowth: search.grow, onFinished: search.refreshStart }));
start();
