// Lights up a city on the map and its line in the table together.
function light(event, on) {
  const found = event.target instanceof Element && event.target.closest("[data-division]");
  if (!found) return;
  document.querySelectorAll(`[data-division="${CSS.escape(found.dataset.division)}"]`).forEach((part) => part.classList.toggle("lit", on));
}
document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));
