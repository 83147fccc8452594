// Filling in with and without a network: every entry is kept on the device first, sent when it can be, and comes back with its reasons.
const form = document.getElementById("filling"), store = window.formStore, kept = document.getElementById("kept");
if (form && store && window.crypto.randomUUID && navigator.serviceWorker) {
  const words = JSON.parse(form.dataset.words), { owner, megabytes } = form.dataset, name = form.dataset.form;
  const address = `/forms/${name}`, correcting = form.elements.revision.value !== "0", state = document.getElementById("line-state");
  const tell = (text) => { state.hidden = !text; state.textContent = text; };
  const own = ["forgery_token", "device", "more"];
  let sending = false, drafting;

  const fieldsOf = () => [...form.elements].filter((each) => each.name && !own.includes(each.name));
  const written = () => ({
    values: fieldsOf().filter((each) => each.type !== "file" && (each.type !== "checkbox" || each.checked)).map((each) => [each.name, each.value]),
    files: fieldsOf().filter((each) => each.type === "file" && each.files[0]).map((each) => [each.name, each.files[0], each.files[0].name]),
  });
  const isTouched = () => fieldsOf().some((each) => each.type === "file" ? each.files.length
    : each.type !== "hidden" && each.type !== "checkbox" && each.tagName !== "BUTTON" && each.value);
  const finished = new Set();
  const keep = async (how) => {
    const content = written(), entry = form.elements.entry.value;
    if (how === "waiting") finished.add(entry);
    const before = await store.get(entry);
    // A draft that was being kept while the entry was finished comes too late.
    if (how === "draft" && finished.has(entry)) return;
    // A picture that was chosen before stays with the entry; a browser does not let a page choose it again.
    const files = [...((before && before.files) || []).filter(([field]) => !content.files.some(([other]) => other === field)), ...content.files];
    const action = new URL(form.action).pathname;
    await store.put({ ...content, files, entry, form: name, owner, action, state: how, faults: [], at: Date.now() });
  };

  const rowsOf = (part) => [...part.querySelectorAll(".part-row")];
  const addRow = (part) => {
    const rows = rowsOf(part), last = rows.at(-1), next = rows.length;
    if (next >= Number(part.dataset.repeat)) return;
    const made = last.cloneNode(true), old = last.dataset.row;
    made.dataset.row = next;
    for (const each of made.querySelectorAll("[id],[name],[for],[aria-describedby]")) {
      for (const key of ["id", "for", "aria-describedby"]) if (each.hasAttribute(key)) each.setAttribute(key, each.getAttribute(key).replace(`f-${old}-`, `f-${next}-`));
      if (each.name) { each.name = each.name.replace(`form.${old}.`, `form.${next}.`); each.value = ""; }
    }
    const title = last.querySelector(".row-number").textContent.replace(String(Number(old) + 1), String(next + 1));
    made.querySelector(".row-number").textContent = title;
    made.setAttribute("aria-label", title);
    last.after(made);
  };

  const say = (place, text) => {
    const hint = document.getElementById(place.getAttribute("aria-describedby"));
    place.closest(".field").classList.toggle("wrong", Boolean(text));
    if (text) { place.setAttribute("aria-invalid", "true"); hint.textContent = text; } else place.removeAttribute("aria-invalid");
  };
  const show = (entry) => {
    for (const [field] of entry.values) {
      const [, row, column] = field.match(/^form\.(\d+)\.(.+)$/) || [];
      while (row && !form.elements[field] && addTo(column, Number(row)));
    }
    for (const [field, value] of entry.values) {
      const place = form.elements[field];
      if (place && place.type === "checkbox") place.checked = true; else if (place) place.value = value;
    }
    for (const each of entry.faults) {
      const place = form.elements[`form.${each.row}.${each.column}`] || (each.column === "position" && form.elements.longitude);
      if (place) say(place, each[document.documentElement.lang.startsWith("zh") ? "zh" : "en"]); else tell(each.zh);
    }
  };
  const addTo = (column, row) => {
    const part = form.querySelector(`[data-repeat] [data-column="${column}"]`)?.closest("[data-repeat]");
    if (!part || rowsOf(part).length > row) return false;
    const before = rowsOf(part).length;
    addRow(part);
    return rowsOf(part).length > before;
  };

  const begin = () => {
    form.reset();
    for (const part of form.querySelectorAll("[data-repeat]")) rowsOf(part).slice(1).forEach((row) => row.remove());
    for (const each of form.querySelectorAll("[aria-invalid]")) say(each, "");
    form.elements.entry.value = crypto.randomUUID();
  };

  const titleOf = (entry) => entry.values.filter(([field, value]) => field.startsWith("form.0.") && value).map(([, value]) => value).slice(0, 2).join(" · ");
  const button = (text, entry, act, danger) => {
    const made = document.createElement("button");
    made.type = "button"; made.className = danger ? "button small danger" : "button small"; made.textContent = text;
    made.setAttribute("aria-label", `${text} ${titleOf(entry)}`);
    made.addEventListener("click", act);
    return made;
  };
  const line = (entry) => {
    const shown = document.createElement("li"), said = document.createElement("div"), acts = document.createElement("div"), title = document.createElement("strong");
    const badge = document.createElement("span");
    shown.dataset.entry = entry.entry; shown.dataset.state = entry.state;
    title.textContent = titleOf(entry) || entry.entry.slice(0, 8);
    badge.className = `badge entry-${entry.state}`; badge.textContent = words[entry.state];
    said.append(title, " ", badge);
    const reasons = entry.state === "sent" ? [`${entry.case}  ${words.code} ${entry.code}`] : [...entry.faults.map((each) => each.zh && (document.documentElement.lang.startsWith("zh") ? each.zh : each.en)), entry.said];
    for (const reason of reasons.filter(Boolean)) {
      const text = document.createElement("p");
      text.className = entry.state === "sent" ? "once" : "entry-reason"; text.textContent = reason;
      said.append(text);
    }
    acts.className = "entry-acts";
    if (entry.state !== "sent") acts.append(button(words.open, entry, async () => {
      if (isTouched() && form.elements.entry.value !== entry.entry) await keep("draft");
      if (new URL(form.action).pathname !== entry.action) { location.assign(entry.action); return; }
      begin(); show(entry);
      form.querySelector("[aria-invalid],input:not([type=hidden]),select,textarea").focus();
    }));
    acts.append(button(words.remove, entry, async () => { await store.remove(entry.entry); await list(); }, true));
    shown.append(said, acts);
    return shown;
  };
  const list = async () => {
    const mine = (await store.all()).filter((each) => each.owner === owner && each.form === name).sort((one, other) => one.at - other.at);
    document.getElementById("kept-lines").replaceChildren(...mine.map(line));
    kept.hidden = !mine.length;
    return mine;
  };

  // The page as it is now says who is signed in and carries the token of the session, which may be another one than when the entry was kept.
  const sessionNow = async () => {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual", cache: "no-store" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("filling");
    return page && page.dataset.owner === owner ? page.querySelector("[name=forgery_token]").value : null;
  };
  const send = async (entry, token) => {
    const body = new FormData();
    for (const [field, value] of entry.values) body.append(field, value);
    for (const [field, file, called] of entry.files) body.append(field, file, called);
    body.append("device", await store.device());
    const answer = await fetch(entry.action, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", "X-Forgery-Token": token } });
    if (answer.ok) {
      const told = await answer.json();
      if (told.trace_code) await store.put({ ...entry, state: "sent", values: [], files: [], case: told.case, code: told.trace_code });
      else await store.remove(entry.entry);
      return true;
    }
    if (![400, 403, 404, 409, 413, 422].includes(answer.status)) { tell(answer.type === "opaqueredirect" ? words.sign_in : words.busy); return false; }
    const told = await answer.json().catch(() => ({}));
    await store.put({ ...entry, state: "returned", faults: told.faults || [], said: told.faults && told.faults.length ? "" : told.detail || String(answer.status) });
    return true;
  };
  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      const waiting = (await list()).filter((each) => each.state === "waiting");
      if (!waiting.length) { tell(navigator.onLine ? "" : words.offline); return; }
      const token = await sessionNow();
      if (token === null) { tell(words.sign_in); return; }
      tell("");
      for (const entry of waiting) if (!await send(entry, token)) break;
    } catch {
      tell(words.offline);
    } finally {
      sending = false;
      await list();
    }
  };
  const flushAlone = () => navigator.locks ? navigator.locks.request("lingnan-forms", flush) : flush();

  form.addEventListener("click", (event) => {
    const more = event.target.closest(".add-row");
    if (more) { event.preventDefault(); addRow(more.closest("[data-repeat]")); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(drafting);
    let first = null;
    for (const each of fieldsOf()) {
      const fault = window.fieldFault(each, words, Number(megabytes));
      if (each.getAttribute("aria-describedby") && each.type !== "hidden" && each.closest(".field")) say(each, fault);
      if (fault) first ||= each;
    }
    if (first) { first.focus(); return; }
    form.elements.filled_at.value = new Date().toISOString();
    await keep("waiting");
    if (!correcting) begin();
    tell(words.saved);
    await list();
    await flushAlone();
    if (correcting && !(await store.get(form.elements.entry.value))) location.assign("/forms?given=given");
  });
  form.addEventListener("input", () => {
    clearTimeout(drafting);
    drafting = setTimeout(async () => { if (isTouched()) { await keep("draft"); await list(); } }, 600);
  });
  const later = document.getElementById("keep-draft");
  later.hidden = false;
  later.addEventListener("click", async () => { clearTimeout(drafting); await keep("draft"); begin(); tell(words.saved); await list(); });
  document.getElementById("send-now").addEventListener("click", flushAlone);
  addEventListener("online", flushAlone);
  addEventListener("offline", () => tell(words.offline));
  setInterval(() => { if (!kept.hidden) flushAlone(); }, 30000);

  const take = document.getElementById("take-place");
  if (take && navigator.geolocation) {
    take.hidden = false;
    take.addEventListener("click", () => navigator.geolocation.getCurrentPosition((found) => {
      form.elements.longitude.value = found.coords.longitude.toFixed(6);
      form.elements.latitude.value = found.coords.latitude.toFixed(6);
      form.elements.accuracy.value = Math.round(found.coords.accuracy);
      form.dispatchEvent(new Event("input"));
    }, () => tell(words.no_place), { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 }));
  }

  (async () => {
    const mine = await list(), draft = correcting ? null : mine.filter((each) => each.state === "draft" && each.action === address).at(-1);
    const back = mine.find((each) => each.entry === form.elements.entry.value);
    if (back || draft) show(back || draft);
    await flushAlone();
    const registered = await navigator.serviceWorker.register("/forms/worker.js", { scope: "/forms/" }).catch(() => null);
    if (!registered || !navigator.onLine || correcting) return;
    await navigator.serviceWorker.ready;
    const needed = [...document.querySelectorAll("link[rel=stylesheet],link[rel=icon],script[src],img[src]")].map((each) => new URL(each.href || each.src).pathname);
    if (document.documentElement.dataset.leaving) return;
    await caches.open("lingnan-forms").then((cache) => cache.addAll([address, ...new Set(needed)])).catch(() => null);
    form.dataset.ready = "offline";
  })();
}
