// The big screen: one section at a time, in turn; the page asks for itself again, and the turn goes on where it was.
const button = document.querySelector(".wall-pause");
let shown = 0, paused = matchMedia("(prefers-reduced-motion: reduce)").matches;

function sections() { return [...document.querySelectorAll("#board-wall .wall-section")]; }

function show() {
  const all = sections();
  all.forEach((section, place) => { section.hidden = place !== shown % all.length; });
  fit();
}

// A section that is taller than the screen is made smaller, step by step because what is in it flows anew, within what can be read from afar.
function fit() {
  sections().filter((section) => !section.hidden).forEach((section) => {
    for (let zoom = 1; zoom > 0.55; zoom -= 0.05) {
      section.style.zoom = zoom;
      if (document.documentElement.scrollHeight <= innerHeight) break;
    }
  });
}

function say() { button.textContent = paused ? button.dataset.go : button.dataset.pause; }

if (sections().length > 1) {
  button.hidden = false;
  button.addEventListener("click", () => { paused = !paused; say(); });
  setInterval(() => { if (!paused) { shown += 1; show(); } }, Number(document.getElementById("board-wall").dataset.seconds) * 1000);
  say();
}
show();
document.addEventListener("htmx:afterSwap", show);
addEventListener("resize", fit);
