// A click into the square places a point: it goes into the form, and the form is shown anew.

const form = document.getElementById("boundary");

document.addEventListener("click", (event) => {
  const square = event.target.closest(".square");
  const label = document.querySelector("[name=class]:checked").value;
  if (square === null || label === "ask") return;
  event.stopPropagation();
  const box = square.querySelector("svg.points").getBoundingClientRect();
  const x = Math.round((((event.clientX - box.left) / box.width) * 2 - 1) * 100);
  const y = Math.round((1 - ((event.clientY - box.top) / box.height) * 2) * 100);
  const field = form.elements.points;
  field.value = [...field.value.split(";").filter(Boolean), `${label}${x},${y}`].join(";");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}, true);
