// The page can be read without this; it adds the theme, the filters and the copy buttons.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script");
  const stored = (() => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // a page that may store nothing
    }
  })();
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;

  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);

  function themes() {
    const button = one("theme");
    const isDark = () =>
      (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "")) ===
      "dark";
    const tell = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try {
        localStorage.setItem("theme", root.dataset.theme);
      } catch {
        // it lasts as long as the page
      }
      tell();
    });
    tell();
  }

  function filters() {
    const form = one("filters");
    const heads = all(".matrix thead th.operation");
    const names = ["", ...all("#operation option").slice(2).map((option) => option.value)];
    const rows = all(".matrix tbody tr:not(.family)").map((element) => ({
      element,
      cells: all("td:not(.spent)", element),
      kinds: all("td:not(.spent)", element).map((cell) => cell.className),
      family: element.parentElement.dataset.family,
      text: `${element.cells[0].textContent} ${element.dataset.promises}`.toLowerCase(),
    }));
    const cards = all(".card").map((element) => ({
      element,
      ...element.dataset,
      text: element.textContent.toLowerCase(),
    }));

    function apply() {
      const text = one("text").value.trim().toLowerCase();
      const family = one("family").value;
      const operation = one("operation").value;
      const kinds = new Set(all("input:checked", form).map((box) => box.value));
      const columns = names.map((name) => operation === "*" || name === operation);
      const about = (item) => (!family || item.family === family) && item.text.includes(text);

      heads.forEach((head, column) => (head.hidden = !columns[column]));
      for (const row of rows) {
        row.cells.forEach((cell, column) => (cell.hidden = !columns[column]));
        const fits = row.kinds.some((kind, column) => columns[column] && kinds.has(kind));
        row.element.hidden = !(about(row) && fits);
      }
      for (const body of all(".matrix tbody")) {
        body.hidden = !all("tr:not(.family)", body).some((row) => !row.hidden);
      }
      for (const card of cards) {
        const fits = operation === "*" || card.operation === operation;
        card.element.hidden = !(about(card) && fits && kinds.has(card.kind));
      }
      const shown = (items) => items.filter((item) => !item.element.hidden).length;
      one("count").textContent =
        `${shown(rows)} of ${rows.length} rules, ${shown(cards)} of ${cards.length} findings`;
    }

    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    apply();
  }

  function reveal() {
    const target = location.hash && one(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (!details) return;
    details.hidden = false;
    details.open = true;
    details.firstElementChild.focus({ preventScroll: true });
    details.scrollIntoView({ block: "start" });
  }

  function copies() {
    for (const button of all(".copy")) {
      button.addEventListener("click", async () => {
        const code = button.parentElement.querySelector("pre");
        const label = button.firstChild;
        try {
          await navigator.clipboard.writeText(code.textContent);
          label.data = "Copied";
        } catch {
          getSelection().selectAllChildren(code);
          label.data = "Selected";
        }
        setTimeout(() => (label.data = "Copy"), 2000);
      });
    }
  }

  addEventListener("DOMContentLoaded", () => {
    themes();
    filters();
    copies();
    reveal();
    addEventListener("hashchange", reveal);
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (link && link.hash === location.hash) reveal();
    });
  });
})();
