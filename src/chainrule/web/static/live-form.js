// A form of class "live" shows its result while it is changed: the page of its address is asked for,
// and the part #live of it put in the place of the one that is there. The address follows.

let waiting = 0;

export async function follow(url, remember = "replace", request = {}) {
  const turn = ++waiting;
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (turn !== waiting) return;
  const next = new DOMParser().parseFromString(text, "text/html");
  const [old, made] = [document.getElementById("live"), next.getElementById("live")];
  if (!answer.ok || made === null) {
    location.assign(url);
    return;
  }
  old.replaceWith(document.importNode(made, true));
  history[`${remember}State`](null, "", url);
  document.dispatchEvent(new Event("state"));
}

function addressOf(form) {
  const url = new URL(form.action, location.href);
  for (const [name, value] of new FormData(form)) {
    if (name !== form.dataset.body) url.searchParams.set(name, value);
  }
  return url;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.live");
  if (form === null) return;
  for (const output of form.querySelectorAll("output[data-of]")) output.value = form.elements[output.dataset.of].value;
  follow(addressOf(form));
});

// A form of class "graded" is judged, and what happened is kept: its address is posted to.
// With data-lines its line joins the lines before it;
// data-body names the field that is sent as text.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.graded")) return;
  event.preventDefault();
  if ("lines" in form.dataset) {
    const line = form.elements.line.value.trim();
    if (line === "") return;
    form.elements.lines.value = [form.elements.lines.value, line].filter(Boolean).join("\n");
    form.elements.line.value = "";
  }
  const url = addressOf(form);
  const headers = { "X-Token": document.body.dataset.token };
  const body = "body" in form.dataset ? form.elements[form.dataset.body].value : undefined;
  await follow(url, "push", { method: "POST", headers, body });
  document.querySelector("form.graded .answer-line")?.focus();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.live")) return;
  event.preventDefault();
  follow(addressOf(event.target), "push");
});
