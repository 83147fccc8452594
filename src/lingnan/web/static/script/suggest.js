// Suggests names while one types: a listbox under the search field, walked by arrows, taken by Enter, closed by Escape. Without it the search is as it was.
for (const field of document.querySelectorAll("input[data-suggestions]")) {
  const list = document.createElement("ul");
  list.id = field.dataset.list;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "quiet";
  said.setAttribute("role", "status");
  field.after(list, said);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) field.setAttribute(name, value);
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  let chosen = -1, waiting = 0, asked = "";

  const close = () => { list.hidden = true; chosen = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const choose = (next) => {
    const options = list.children;
    if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
    chosen = next < -1 ? options.length - 1 : next >= options.length ? -1 : next;
    if (chosen < 0) { field.removeAttribute("aria-activedescendant"); return; }
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const option = (line, place) => {
    const shown = document.createElement("li"), kind = document.createElement("span"), name = document.createElement("span");
    shown.id = `${list.id}-${place}`;
    shown.setAttribute("role", "option");
    shown.setAttribute("aria-selected", "false");
    shown.dataset.href = line.href;
    name.textContent = line.title[language] || line.title.zh;
    kind.className = "suggestion-kind";
    kind.textContent = line.kind_title[language];
    shown.append(name, " ", kind);
    return shown;
  };
  const ask = async () => {
    const words = field.value.trim();
    asked = words;
    if (!words) { close(); return; }
    let lines = [];
    try {
      const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
      if (answer.ok) lines = (await answer.json()).items;
    } catch { lines = []; }
    if (asked !== words || document.activeElement !== field) return;
    close();
    list.replaceChildren(...lines.map(option));
    said.textContent = lines.length ? field.dataset.count.replace("0", lines.length) : "";
    if (lines.length) { list.hidden = false; field.setAttribute("aria-expanded", "true"); }
  };

  field.addEventListener("input", () => { clearTimeout(waiting); asked = ""; waiting = setTimeout(ask, 150); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") { clearTimeout(waiting); asked = ""; }
    if (list.hidden) { if (event.key === "ArrowDown") { event.preventDefault(); ask(); } return; }
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(list.children[chosen].dataset.href); }
    else if (event.key === "Enter" || event.key === "Tab") close();
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
  field.addEventListener("blur", () => { clearTimeout(waiting); close(); });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const taken = event.target.closest("[role=option]"); if (taken) location.assign(taken.dataset.href); });
}
