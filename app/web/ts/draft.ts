import { work } from "./form";
import { say } from "./page";

/** Answer is what the server says about a draft. */
interface Answer {
  /** saved: the server has what was sent; again: it could not answer, and may soon. */
  saved: boolean;
  again: boolean;
  /** etag and action go into the form: which revision it shows now, and where it is sent from now on. */
  etag?: string;
  action?: string;
  /** text is for the person; detail is its name in a problem document. */
  text?: string;
  detail?: string;
}

/** Quiet time after the last input before a draft is saved, and how long one may take, in milliseconds. */
const quiet = 2_000, longest = 30_000;

/** The most that a browser still sends when the page is gone, in bytes. */
const parting = 60_000;

/**
 * draft saves a form while one types in it: after a pause, and when the page is
 * left or hidden. It posts the form to its own address with _save=draft and
 * "Accept: application/json"; 200 {etag, action, text} says it is saved, any
 * other status {text} says what it lacks. There is never more than one request,
 * and sending the form waits for it. What did not reach the server goes again at
 * the next input or as soon as there is a network.
 */
export function draft(form: HTMLFormElement): void {
  const w = work(form), said = form.querySelector("[data-saved]");
  let typed = 0, tried = 0, timer = 0, waiting = false, lost = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    tried = typed;
    try {
      const answer = await post(form);
      lost = answer.again;
      if (answer.saved) adopt(form, answer);
      if (answer.saved && typed === tried) w.unsaved = false;
      say(said, answer.text ?? answer.detail);
    } catch {
      lost = true;
      say(said, form.dataset.offline);
    }
    running = null;
    if (typed !== tried) later();
  }
  function save(): void {
    clearTimeout(timer);
    if (running || w.sent || (typed === tried && !lost)) return;
    running = run();
  }
  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(save, quiet);
  }

  form.addEventListener("input", () => {
    w.unsaved = true;
    typed++;
    later();
  });
  form.addEventListener("submit", (e) => {
    clearTimeout(timer);
    if (!running) return;
    e.preventDefault();
    if (waiting) return;
    waiting = true;
    running.then(() => {
      waiting = false;
      form.requestSubmit(e.submitter);
    });
  });
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("pagehide", save);
  addEventListener("online", save);
}

/** post sends the form as a draft; it throws where no answer of ours came back. */
async function post(form: HTMLFormElement): Promise<Answer> {
  const body = new URLSearchParams();
  new FormData(form).forEach((value, name) => typeof value === "string" && body.append(name, value));
  body.set("_save", "draft");
  const res = await fetch(form.getAttribute("action") || location.href, {
    method: "POST",
    headers: { Accept: "application/json" },
    body,
    redirect: "manual",
    keepalive: body.toString().length < parting,
    signal: AbortSignal.timeout?.(longest),
  });
  return { ...(await res.json()), saved: res.ok, again: res.status >= 500 || res.status === 429 };
}

/** adopt makes the form one of the record as it is now saved. */
function adopt(form: HTMLFormElement, { etag, action }: Answer): void {
  const held = form.querySelector<HTMLInputElement>("input[name=_etag]");
  if (held && etag) held.value = etag;
  if (!action) return;
  form.setAttribute("action", action);
  history.replaceState(history.state, "", action); // a reload shows the draft, not an empty form
}
