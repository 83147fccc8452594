// Figures that move: what the page brought stands until the line brings newer figures. A line that is lost is taken up again where it was.
const state = document.getElementById("live");
let line = null, since = state.dataset.since, pause = 2000, waiting = 0;

function say(what) { state.textContent = state.dataset[what]; state.className = `live-line line-${what}`; state.hidden = false; }

function take(event) {
  since = event.lastEventId || since;
  const told = JSON.parse(event.data), body = document.querySelector(`[data-live-panel="${told.panel}"]`);
  if (!body || !told.html) return;
  const open = body.querySelector("details")?.open;
  body.innerHTML = told.html;
  if (open) body.querySelector("details")?.setAttribute("open", "");
  body.classList.remove("moved");
  void body.offsetWidth;  // without it the mark of the next change would not begin again
  body.classList.add("moved");
}

function close() { clearTimeout(waiting); if (line) line.close(); line = null; }

function open() {
  close();
  line = new EventSource(`${state.dataset.src}&since=${encodeURIComponent(since)}`);
  line.onopen = () => { pause = 2000; say("up"); };
  line.addEventListener("window", take);
  line.addEventListener("end", () => { close(); say("ended"); state.dataset.over = "1"; });
  line.onerror = () => {
    say("lost");
    if (!line || line.readyState !== EventSource.CLOSED) return;  // the browser tries again by itself
    waiting = setTimeout(open, pause);
    pause = Math.min(2 * pause, 60000);
  };
}

// A page that nobody looks at holds no line: a browser has few for all pages of a site.
document.addEventListener("visibilitychange", () => {
  if (state.dataset.over) return;
  if (document.hidden) close(); else open();
});
if (!document.hidden) open();
