/*
 * The script of the pages. It only adds: every page does its work without it.
 * Pages say what they want by attributes; every text comes from the server in
 * the language of the page. In a text, {n} stands for a number and {max} for
 * its limit, written with the digits that html[data-digits] names ("latn" if it
 * names none).
 *
 * form[data-guard]            asks before the page is left with unsaved text;
 *                             data-guard="unsaved": some is there from the start
 * form[data-draft]            saves itself while one types: see draft.ts
 *   data-offline="text"         said when the server is not reached
 *   [data-saved]                inside the form: where the state of saving is said
 * select[data-filter="label"], .choices[data-filter="label"]
 *                             gets a field that narrows the choice: see filter.ts
 *   data-found="{n} of {max}"   said while the choice is narrowed
 *   data-none="text"            said when nothing matches
 *   data-also="other names"     on an option or .choice: more words to find it by
 * [data-repeat]               rows that are added and dropped here: see rows.ts
 *   data-next="3", data-max="50", [data-row], [data-number="Row {n}"]
 * [data-count="{n} of {max}"] says how much of the control of its .field is used
 * form[method=post]           is sent once
 * .errors[tabindex="-1"]      gets the focus when the page opens
 * details.menu                closes on Escape and on a click elsewhere
 */
import { draft } from "./draft";
import { filter } from "./filter";
import { count, guard, once } from "./form";
import { menus } from "./menu";
import { all } from "./page";
import { rows } from "./rows";

/** enhance gives root, the page or a new row of it, what its attributes ask. */
function enhance(root: ParentNode): void {
  all<HTMLElement>(root, "select[data-filter], .choices[data-filter]").forEach(filter);
  all<HTMLElement>(root, "[data-count]").forEach(count);
}

enhance(document);
all<HTMLFormElement>(document, "form[data-guard]").forEach(guard);
all<HTMLFormElement>(document, "form[data-draft]").forEach(draft);
all<HTMLElement>(document, "[data-repeat]").forEach((list) => rows(list, enhance));
once();
menus();
document.querySelector<HTMLElement>('.errors[tabindex="-1"]')?.focus();
