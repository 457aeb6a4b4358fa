import { all, changed, fill, say } from "./page";

const controls = "input:not([type=hidden]), select, textarea";

/**
 * rows lets rows be added and dropped without a round trip. list holds its rows
 * ([data-row]), a template of one, and a button named _add; each row may hold one
 * named _drop. In the attributes of the template __N__ stands for the row's
 * number: data-next at first, then one more each time, so that a number is never
 * used twice and dropped ones leave a gap. data-max is the most rows there may
 * be. [data-number] is written anew in every row: "Row {n}", counted from 1.
 */
export function rows(list: HTMLElement, enhance: (row: ParentNode) => void): void {
  const template = list.querySelector("template"), add = list.querySelector<HTMLButtonElement>("button[name=_add]");
  if (!template || !add) return;
  const present = () => all<HTMLElement>(list, "[data-row]");
  const max = Number(list.dataset.max ?? Infinity);
  let next = Number(list.dataset.next ?? present().length);

  const tidy = () => {
    present().forEach((row, i) => all<HTMLElement>(row, "[data-number]").forEach((el) => say(el, fill(el.dataset.number!, i + 1))));
    add.hidden = present().length >= max;
  };
  const append = () => {
    const piece = numbered(template.content, next++), row = piece.querySelector<HTMLElement>("[data-row]");
    enhance(piece);
    const last = present().pop();
    if (last) last.after(piece);
    else template.before(piece);
    tidy();
    row?.querySelector<HTMLElement>(controls)?.focus();
  };
  const drop = (row: HTMLElement) => {
    const at = present().indexOf(row);
    row.remove();
    tidy();
    const left = present();
    ((left[at] ?? left[at - 1])?.querySelector<HTMLElement>(controls) ?? add).focus();
  };

  list.addEventListener("click", (e) => {
    const button = (e.target as Element).closest<HTMLButtonElement>("button[name=_add], button[name=_drop]");
    const row = button?.closest<HTMLElement>("[data-row]");
    if (!button || (button !== add && !row)) return;
    e.preventDefault();
    if (row) drop(row);
    else append();
    changed(list);
  });
  tidy();
}

/** numbered is a copy of a row with its number in every attribute. */
function numbered(content: DocumentFragment, n: number): DocumentFragment {
  const piece = content.cloneNode(true) as DocumentFragment;
  for (const el of all(piece, "*")) {
    for (const attr of Array.from(el.attributes)) attr.value = attr.value.replaceAll("__N__", String(n));
  }
  return piece;
}
