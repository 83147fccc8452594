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
// What forms keep on this device goes with the session; who has entries that were not sent is asked first.
document.addEventListener("submit", async (event) => {
  const leaving = event.target.closest("form.sign-out");
  if (!leaving || leaving.dataset.wiped || !window.indexedDB || !indexedDB.databases) return;
  event.preventDefault();
  leaving.dataset.wiped = "yes";
  const held = (await indexedDB.databases().catch(() => [])).some((each) => each.name === "lingnan-forms");
  const unsent = held && await new Promise((resolve) => {
    const opened = indexedDB.open("lingnan-forms");
    opened.onerror = () => resolve(false);
    opened.onsuccess = () => {
      const done = (found) => { opened.result.close(); resolve(found); };
      if (!opened.result.objectStoreNames.contains("entries")) { done(false); return; }
      const asked = opened.result.transaction("entries").objectStore("entries").count();
      asked.onsuccess = () => done(asked.result > 0);
      asked.onerror = () => done(false);
    };
  });
  if (unsent && !confirm(leaving.dataset.unsent)) { delete leaving.dataset.wiped; return; }
  // A page that is still keeping itself for later stops here, and the worker goes before what it kept, so that nothing is kept anew.
  document.documentElement.dataset.leaving = "yes";
  if (held) indexedDB.deleteDatabase("lingnan-forms");
  const kept = await navigator.serviceWorker?.getRegistration("/forms/");
  if (kept) { kept.active?.postMessage("leaving"); await kept.unregister(); }
  if (window.caches) await caches.delete("lingnan-forms");
  leaving.submit();
});
