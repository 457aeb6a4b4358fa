/** all lists the elements of root that match. */
export function all<E extends Element>(root: ParentNode, selector: string): E[] {
  return Array.from(root.querySelectorAll<E>(selector));
}

const page = document.documentElement;
const numbers = new Intl.NumberFormat(`${page.lang || "en"}-u-nu-${page.dataset.digits || "latn"}`);

/** fill writes n and max into a text of the server. */
export function fill(text: string, n: number, max = 0): string {
  return text.replace("{n}", numbers.format(n)).replace("{max}", numbers.format(max));
}

/** say changes what an element says, and is silent where it says that already. */
export function say(where: Element | null, text: string | undefined): void {
  if (where && text !== undefined && where.textContent !== text) where.textContent = text;
}

/** changed tells the form of an element that its content is another. */
export function changed(el: Element): void {
  el.dispatchEvent(new Event("input", { bubbles: true }));
  el.dispatchEvent(new Event("change", { bubbles: true }));
}
