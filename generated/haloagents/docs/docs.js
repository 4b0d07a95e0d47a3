// What the pages do beyond being read: search, copy buttons, and the language of examples is kept.
"use strict";

/** @typedef {[title: string, detail: string, kind: string, href: string]} Entry */

const MOST_FOUND = 20;
const AFTER_ALL_ELSE = 3;
const KEPT = "fourfold-docs-language";

document.addEventListener("DOMContentLoaded", () => {
  fold();
  keepLanguage();
  addCopyButtons();
  followSections();
  addSearch();
});

/** On a narrow screen the list of pages is folded, so that the page itself comes first. */
function fold() {
  const pages = document.querySelector(".pages");
  if (pages instanceof HTMLDetailsElement && matchMedia("(max-width: 60rem)").matches) {
    pages.open = false;
  }
}

/** What was chosen on one page is chosen on the next; some browsers keep nothing for files. */
function keepLanguage() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const choices = document.querySelectorAll("[name=language]");
  try {
    const kept = localStorage.getItem(KEPT);
    for (const choice of choices) {
      choice.checked = kept === null ? choice.checked : choice.value === kept;
      choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.value));
    }
  } catch {
    return;
  }
}

/** Each sample gets a button that copies it, where the browser lets pages copy. */
function addCopyButtons() {
  if (!navigator.clipboard) {
    return;
  }
  for (const sample of document.querySelectorAll(".sample")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const caption = sample.querySelector("figcaption")?.textContent ?? "";
    button.setAttribute("aria-label", `Copy ${caption}`);
    button.addEventListener("click", async () => {
      const text = sample.querySelector("pre")?.textContent ?? "";
      const done = await navigator.clipboard.writeText(text).then(
        () => "Copied",
        () => "Not copied",
      );
      button.textContent = done;
      setTimeout(() => {
        button.textContent = "Copy";
      }, 1500);
    });
    sample.append(button);
  }
}

/** The list at the side says which operation is in view. */
function followSections() {
  /** @type {Map<string, Element>} */
  const links = new Map();
  for (const link of document.querySelectorAll(".side ul ul a")) {
    if (link instanceof HTMLAnchorElement && link.pathname === location.pathname) {
      links.set(decodeURIComponent(link.hash.slice(1)), link);
    }
  }
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const link = links.get(entry.target.getAttribute("aria-labelledby") ?? "");
        if (link && entry.isIntersecting) {
          document.querySelector(".side [aria-current=location]")?.removeAttribute("aria-current");
          link.setAttribute("aria-current", "location");
        }
      }
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  for (const section of document.querySelectorAll("section[aria-labelledby]")) {
    watch.observe(section);
  }
}

function addSearch() {
  const box = document.querySelector(".search");
  const input = document.querySelector("#search");
  const list = document.querySelector("#found");
  /** @type {Entry[]} */
  const index = Reflect.get(globalThis, "searchIndex") ?? [];
  if (
    !(
      box instanceof HTMLElement &&
      input instanceof HTMLInputElement &&
      list instanceof HTMLElement
    )
  ) {
    return;
  }
  let chosen = -1;
  box.hidden = false;

  const show = () => {
    const found = search(index, input.value);
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(found.length > 0 ? 0 : -1);
  };
  /** @param {number} number */
  const choose = (number) => {
    chosen = number;
    for (const [position, each] of [...list.children].entries()) {
      each.setAttribute("aria-selected", String(position === number));
    }
    const selected = list.children[number];
    selected?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", selected?.id ?? "");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  /** @param {Element | undefined} selected */
  const go = (selected) => {
    const href = selected instanceof HTMLElement ? selected.dataset["href"] : undefined;
    if (href !== undefined) {
      close();
      input.blur();
      location.href = href;
    }
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const count = list.children.length;
      choose(count === 0 ? -1 : (chosen + steps[event.key] + count) % count);
    } else if (event.key === "Enter") {
      go(list.children[chosen]);
    } else if (event.key === "Escape") {
      input.value = "";
      input.blur();
    }
  });
  // The press of a button would take the focus from the field, and close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("li") : null;
    go(option ?? undefined);
  });
  document.addEventListener("keydown", (event) => {
    const typing =
      event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}

/**
 * The entries that have every word, those first whose title begins with what is sought; schemas
 * come last, as each has the name of what is done with it.
 * @param {Entry[]} index
 * @param {string} sought
 * @returns {Entry[]}
 */
function search(index, sought) {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return [];
  }
  /** @type {[number, Entry][]} */
  const found = [];
  for (const entry of index) {
    const title = entry[0].toLowerCase();
    const text = [title, ...entry.slice(1)].join(" ").toLowerCase();
    if (words.every((word) => text.includes(word))) {
      const [first = ""] = words;
      const place = title.startsWith(first) ? 0 : title.includes(first) ? 1 : 2;
      found.push([entry[2] === "schema" ? place + AFTER_ALL_ELSE : place, entry]);
    }
  }
  return found
    .sort(([one], [other]) => one - other)
    .slice(0, MOST_FOUND)
    .map(([, entry]) => entry);
}

/**
 * @param {Entry} entry
 * @param {number} number
 */
function option([title, detail, kind, href], number) {
  const made = document.createElement("li");
  made.id = `found-${number}`;
  made.role = "option";
  made.dataset["href"] = href;
  made.append(title);
  const told = document.createElement("small");
  told.textContent = detail === "" ? kind : detail;
  made.append(told);
  return made;
}
