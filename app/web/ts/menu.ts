import { all } from "./page";

const opened = () => all<HTMLDetailsElement>(document, "details.menu[open]");

/** menus closes what drops down on Escape, back to its summary, and on a click elsewhere. */
export function menus(): void {
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const menu of opened()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("click", (e) => {
    for (const menu of opened()) if (!menu.contains(e.target as Node)) menu.open = false;
  });
}
