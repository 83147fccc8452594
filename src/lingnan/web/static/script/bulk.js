// A box in the head of a table ticks all its rows; to fill in a field is to want it changed.
document.querySelectorAll("table[data-ticks]").forEach((table) => {
  const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
  const all = document.createElement("input");
  const label = table.querySelector("thead th .quiet");
  all.type = "checkbox";
  all.setAttribute("aria-label", label.textContent);
  label.replaceWith(all);
  const show = () => { const ticked = boxes.filter((box) => box.checked).length; all.checked = ticked === boxes.length; all.indeterminate = ticked > 0 && !all.checked; };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  table.addEventListener("change", show);
  show();
});
document.querySelectorAll(".bulk-field").forEach((field) => {
  const wanted = field.querySelector("input[name=change]");
  field.addEventListener("change", (event) => { if (event.target !== wanted) wanted.checked = true; });
});
