// Shows a line as mathematics while it is typed. Python reads it; this only asks and puts it in place.

let waiting = 0;

document.addEventListener("input", async (event) => {
  const form = event.target.closest("form[data-lines]");
  if (form === null || event.target.name !== "line") return;
  const turn = ++waiting;
  const query = new URLSearchParams({ sheet: form.elements.sheet.value, line: event.target.value });
  const answer = await fetch(`/set?${query}`);
  const made = await answer.text();
  if (turn === waiting) form.querySelector(".preview").innerHTML = answer.ok ? made : "";
});
