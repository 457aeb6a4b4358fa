import { all, fill, say } from "./page";

/** Work is what the parts of the script know together about one form. */
export interface Work {
  /** unsaved: something typed is nowhere but here. */
  unsaved: boolean;
  /** sent: the form is on its way. */
  sent: boolean;
}

const works = new WeakMap<HTMLFormElement, Work>();

/** work is the state of a form. */
export function work(form: HTMLFormElement): Work {
  let w = works.get(form);
  if (!w) works.set(form, (w = { unsaved: false, sent: false }));
  return w;
}

/** guard asks before unsaved text is left behind. */
export function guard(form: HTMLFormElement): void {
  const w = work(form);
  w.unsaved = form.dataset.guard === "unsaved";
  form.addEventListener("input", () => (w.unsaved = true));
  addEventListener("beforeunload", (e) => {
    if (!w.unsaved || w.sent) return;
    e.preventDefault();
    e.returnValue = ""; // what browsers before 2023 wait for
  });
}

/** A form that got no answer for so long may be sent again, in milliseconds. */
const patience = 30_000;

/**
 * once lets no form be sent twice. The button stays focused and keeps its name
 * and value in the request, which a disabled one would lose. A field may be
 * called "method" or "action", so that only attributes tell these of a form.
 */
export function once(): void {
  document.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement, button = e.submitter;
    const method = button?.getAttribute("formmethod") ?? form.getAttribute("method");
    if (e.defaultPrevented || method?.toLowerCase() !== "post") return;
    const w = work(form);
    if (w.sent) return e.preventDefault();
    w.sent = true;
    button?.setAttribute("aria-disabled", "true");
    setTimeout(release, patience, form);
  });
  addEventListener("pageshow", () => all<HTMLFormElement>(document, "form").forEach(release));
}

function release(form: HTMLFormElement): void {
  work(form).sent = false;
  all(form, "button[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}

/** count says how many characters the control beside it holds. */
export function count(said: HTMLElement): void {
  const control = said.closest(".field")?.querySelector<HTMLTextAreaElement>("textarea, input[maxlength]");
  if (!control) return;
  const show = () => say(said, fill(said.dataset.count!, [...control.value].length, control.maxLength));
  control.addEventListener("input", show);
  show();
}
