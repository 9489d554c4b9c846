// The plane is there at once on few points; finer ones are fetched one after the other. The buttons
// turn the relief as it is then. Python computes the costs, the lines and the relief.

import { request } from "./connection.js";

let waiting = 0;

async function fetchPlane(url, fine) {
  const turn = ++waiting;
  const wanted = new URL("/descent/plane", location.origin);
  for (const [name, value] of url.searchParams) wanted.searchParams.set(name, value);
  wanted.searchParams.set("fine", fine);
  const answer = await request(wanted, {}, () => turn === waiting);
  if (answer === null || !answer.ok || turn !== waiting) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("plane");
  const old = document.getElementById("plane");
  if (turn !== waiting || made === null || old === null) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(document.importNode(made, true));
  if (focused !== null) {
    const { turn } = focused.dataset;
    const alike = turn ? `[data-turn=${turn}]` : focused.localName;
    document.querySelector(`#plane ${alike}`)?.focus({ preventScroll: true });
  }
  refine();
}

// The next finer plane, until there is none.
function refine() {
  const plane = document.getElementById("plane");
  if (plane?.dataset.finer) fetchPlane(new URL(location.href), plane.dataset.finer);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.of-plane");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const url = new URL(link.href);
  url.hash = "";
  url.searchParams.delete("fine");
  history.replaceState(null, "", url);
  const form = document.querySelector("form.live");
  for (const name of ["turn", "tilt"]) form.elements[name].value = url.searchParams.get(name) ?? "";
  document.dispatchEvent(new Event("state"));
  fetchPlane(url, document.getElementById("plane").dataset.fine);
});

document.addEventListener("state", refine);
refine();
