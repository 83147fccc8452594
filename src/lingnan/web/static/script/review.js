// One letter decides: what carries data-key is pressed by that key. Off when somebody types, or has switched it off (WCAG 2.1.4).
const KEPT = "lingnan.review.keys";
const on = document.querySelector("#keys-on");
const remember = (value) => { try { localStorage.setItem(KEPT, value); } catch { /* a browser that keeps nothing keeps the keys on */ } };
const recall = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
if (on) {
  on.checked = recall() !== "off";
  on.addEventListener("change", () => remember(on.checked ? "on" : "off"));
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing || (on && !on.checked)) return;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]:not([disabled])`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
  if (pressed.tagName === "SUMMARY") pressed.scrollIntoView({ block: "nearest" });
});
