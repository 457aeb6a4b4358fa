import { all, changed, fill, say } from "./page";

/** fold is a text without case, marks and the spellings that Arabic writers mix. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").toLowerCase()
    .replace(/[\u0649\u06cc]/g, "\u064a").replace(/\u0629/g, "\u0647").replace(/\u06a9/g, "\u0643");
}

/** One entry of a choice, and what it is found by. */
interface Entry {
  el: HTMLElement;
  words: string;
}

let made = 0;

/**
 * filter puts a field above a long choice that leaves the entries with all the
 * words typed, and whatever is chosen. Down goes into the choice, Enter takes
 * the first entry, Escape shows all again.
 */
export function filter(list: HTMLElement): void {
  const select = list instanceof HTMLSelectElement ? list : null;
  const entries: Entry[] = all<HTMLElement>(list, select ? 'option:not([value=""])' : ".choice")
    .map((el) => ({ el, words: fold(`${el.textContent} ${el.dataset.also ?? ""}`) }));
  const show = select ? options(select) : (hits: Set<Element>) =>
    entries.forEach(({ el }) => (el.hidden = !hits.has(el) && !el.querySelector(":checked")));
  const { box, input, said } = field(list.dataset.filter!);

  let hits = entries;
  const apply = () => {
    const wanted = fold(input.value).split(/\s+/);
    hits = entries.filter(({ words }) => wanted.every((word) => words.includes(word)));
    show(new Set(hits.map(({ el }) => el)));
    const text = hits.length ? list.dataset.found : list.dataset.none;
    say(said, input.value && text ? fill(text, hits.length, entries.length) : "");
  };
  input.addEventListener("input", (e) => {
    e.stopPropagation(); // nothing in the form has changed
    apply();
  });
  input.addEventListener("keydown", (e) => {
    const first = hits[0]?.el;
    if (e.key === "Escape" && input.value) input.value = "", apply();
    else if (e.key === "ArrowDown") (select ?? first?.querySelector("input"))?.focus();
    else if (e.key === "Enter" && !e.isComposing) take(first, select);
    else return;
    e.preventDefault();
  });
  list.before(box);
}

/** field makes the field: a label, the input, and what was found. */
function field(text: string): { box: HTMLElement; input: HTMLInputElement; said: HTMLElement } {
  const box = document.createElement("div"), label = document.createElement("label");
  const input = document.createElement("input"), said = document.createElement("span");
  box.className = "finder";
  label.className = said.className = "hint";
  label.textContent = text;
  label.htmlFor = input.id = `finder-${++made}`;
  input.type = "search";
  input.autocomplete = "off";
  input.dir = "auto";
  said.setAttribute("role", "status");
  box.append(label, input, said);
  return { box, input, said };
}

/** take chooses an entry and goes to it. */
function take(el: HTMLElement | undefined, select: HTMLSelectElement | null): void {
  const control = select ?? el?.querySelector("input");
  if (!el || !control) return;
  if (el instanceof HTMLOptionElement) el.selected = true;
  else (control as HTMLInputElement).checked = true;
  control.focus();
  changed(control);
}

/**
 * options returns what leaves only some options in a select. It takes the others
 * out, because not every browser hides an option, and restores what was chosen.
 */
function options(select: HTMLSelectElement): (hits: Set<Element>) => void {
  const tree = [select, ...all<HTMLElement>(select, "optgroup")].map((el) => ({ el, kids: [...el.children] }));
  return (hits) => {
    const chosen = new Set<Element>(select.selectedOptions);
    const keep = (kid: Element) => !(kid instanceof HTMLOptionElement) || kid.value === "" || hits.has(kid) || chosen.has(kid);
    tree.forEach(({ el, kids }) => el.replaceChildren(...kids.filter(keep)));
    for (const option of select.options) option.selected = chosen.has(option);
  };
}
