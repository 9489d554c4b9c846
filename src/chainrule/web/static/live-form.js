// A form of class "live" shows its result while it is changed: the page of its address is asked for,
// and the part #live of it put in the place of the one that is there. The address follows.

let waiting = 0;

export async function follow(url, remember = "replace") {
  const turn = ++waiting;
  const answer = await fetch(url);
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
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, value);
  return url;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.live");
  if (form === null) return;
  for (const output of form.querySelectorAll("output[data-of]")) output.value = form.elements[output.dataset.of].value;
  follow(addressOf(form));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.live")) return;
  event.preventDefault();
  follow(addressOf(event.target), "push");
});
