"use strict";
// Sorts by a click on a heading, filters rows, and opens the details of a number. The page is complete without it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#detail-']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (target) target.closest("details").open = true;
});
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.dataset.sort === undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending" ||
        (head.dataset.sort === "text" && !head.hasAttribute("aria-sort"));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = (row) => row.cells[column].textContent.trim();
      const number = (row) => parseFloat(text(row).replace(/[,<%]/g, "")) || 0;
      const order = head.dataset.sort === "number"
        ? (a, b) => number(a) - number(b)
        : (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
      const sorted = [...rows].sort(up ? order : (a, b) => order(b, a));
      body.append(...sorted);
    });
  });
  if (rows.length < 8) continue;
  const label = document.createElement("label");
  label.className = "filter";
  const input = document.createElement("input");
  input.type = "search";
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  label.append("Filter rows", input, count);
  table.parentElement.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    let left = 0;
    for (const row of rows) {
      const fits = row.textContent.toLowerCase().includes(wanted);
      row.classList.toggle("hidden", !fits);
      left += fits ? 1 : 0;
    }
    count.textContent = wanted === "" ? "" : left + " of " + rows.length + " rows";
  });
}
