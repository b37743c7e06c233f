"use strict";
// Sorts and searches the tables of a page; their markup is in tables.jinja.
(function () {
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true });

  // As the program sorts: apostrophes do not count, a hyphen parts words.
  function compareTexts(one, other) {
    const [a, b] = [one, other].map((text) => text.replace(/[\u2019\u02bc'`\u2018]/g, "").replace(/-/g, " "));
    return collator.compare(a, b) || collator.compare(one, other);
  }

  function valueOf(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : cell.dataset.sort;
  }

  function sortBy(button) {
    const heading = button.closest("th");
    const table = heading.closest("table");
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    const compare = button.dataset.kind === "number" ? (a, b) => Number(a) - Number(b) : compareTexts;
    const rows = [...table.tBodies[0].rows];
    // What has no value comes last, whichever way the others stand.
    rows.sort((one, other) => {
      const [a, b] = [valueOf(one, column), valueOf(other, column)];
      return (a === "") - (b === "") || (down ? -1 : 1) * compare(a, b);
    });
    for (const other of table.querySelectorAll("thead th")) { other.removeAttribute("aria-sort"); }
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...rows);
  }

  // Case and the many kinds of apostrophe do not matter.
  function plain(text) {
    return text.toLocaleLowerCase(language).replace(/[\u2019\u02bc'`\u2018]/g, "'").trim();
  }

  function filterRows(query) {
    let found = 0;
    for (const row of document.querySelectorAll("tbody[role=rowgroup] tr")) {
      const sought = row.dataset.sought === undefined ? row.cells[0].textContent : row.dataset.sought;
      row.hidden = !plain(sought).includes(plain(query));
      found += row.hidden ? 0 : 1;
    }
    for (const folded of document.querySelectorAll("details.folded")) {
      folded.open = query !== "" && folded.querySelector("tbody tr:not([hidden])") !== null;
    }
    document.getElementById("nothing").hidden = found > 0;
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-kind]");
    if (button) { sortBy(button); }
  });
  document.addEventListener("input", ({ target }) => {
    if (target.id === "search") { filterRows(target.value); }
  });
})();
