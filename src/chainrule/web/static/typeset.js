// Shows a line as mathematics while it is typed. Python reads it; this only asks and puts it in place:
// a form says in `data-set` whom to ask.

import { request } from "./connection.js";

let waiting = 0;

document.addEventListener("input", async (event) => {
  const form = event.target.closest("form[data-set]");
  if (form === null || !event.target.matches(".answer-line")) return;
  const turn = ++waiting;
  const url = new URL(form.dataset.set, location.href);
  url.searchParams.set("line", event.target.value);
  const answer = await request(url, {}, () => turn === waiting);
  if (answer === null) return;
  const made = await answer.text();
  if (turn === waiting) form.querySelector(".preview").innerHTML = answer.ok ? made : "";
});
