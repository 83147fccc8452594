// Lights up a city on the map and its line in the table together.
function light(event, on) {
  const found = event.target instanceof Element && event.target.closest("[data-division]");
  if (!found) return;
  document.querySelectorAll(`[data-division="${CSS.escape(found.dataset.division)}"]`).forEach((part) => part.classList.toggle("lit", on));
}
document.addEventListener("mouseover", (event) => light(event, true));
document.addEventListener("mouseout", (event) => light(event, false));

// A menu closes when something else is clicked, and by Escape, which gives the focus back to its button.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
