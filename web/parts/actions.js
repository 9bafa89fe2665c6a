// Doing something: only for those who may, never without saying how much it touches, and with a word
// about what came of it.
import { createContext, html, useContext, useEffect, useRef, useState } from "../html.js";
import { post } from "../api.js";
import { count } from "../words.js";
import { Notice } from "./basics.js";
import { Icon } from "./icon.js";

const Hands = createContext({});
export const useHands = () => useContext(Hands);
const RANKS = ["viewer", "operator", "admin"];

// Around the pages: what may be done, the question that is open, what was said last.
export function Doing({ session, children }) {
  const [question, setQuestion] = useState(null);
  const [said, setSaid] = useState("");
  const hands = {
    session,
    may: (role) => RANKS.indexOf(session.role) >= RANKS.indexOf(role),
    say: setSaid,
    // Resolves to true once it was confirmed and done; work() does it, what it throws is shown there.
    ask: (asked) => new Promise((resolve) => setQuestion({ ...asked, resolve })),
  };
  const close = (done) => {
    question.resolve(done);
    setQuestion(null);
  };
  return html`
    <${Hands.Provider} value=${hands}>
      ${children}
      ${question && html`<${Question} ...${question} close=${close} />`}
      <p class="said" role="status">${said}</p>
    <//>`;
}

function Question({ title, text, action, danger, work, close }) {
  const dialog = useRef(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const shown = dialog.current;
    shown.showModal();
    return () => shown.close(); // which gives the focus back
  }, []);
  async function confirm(event) {
    event.preventDefault();
    setBusy(true);
    try {
      await work();
      close(true);
    } catch (problem) {
      setProblem(problem);
      setBusy(false);
    }
  }
  return html`
    <dialog ref=${dialog} aria-labelledby="question" onCancel=${(event) => { event.preventDefault(); close(false); }}>
      <form onSubmit=${confirm}>
        <h2 id="question">${title}</h2>
        <p>${text}</p>
        <${Notice} problem=${problem} />
        <div class="buttons">
          <button type="button" onClick=${() => close(false)}>Cancel</button>
          <button class=${danger ? "danger" : "primary"} disabled=${busy}>${action}</button>
        </div>
      </form>
    </dialog>`;
}

// A button of an action; not there for those who may not do it. of: what it is about, for those who
// do not see what stands around it.
export function Act({ role = "operator", icon, kind, of, disabled, onClick, children }) {
  const { may, say } = useHands();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!may(role)) return null;
  // it stays what has the focus while it is busy, and does nothing then
  async function run() {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const word = await onClick();
      if (typeof word === "string") say(word);
    } catch (problem) {
      setProblem(problem);
    }
    setBusy(false);
  }
  return html`
    <button class=${kind} disabled=${disabled} aria-busy=${busy} onClick=${run}>
      ${icon && html`<${Icon} name=${icon} />`}${children}${of && html`<span class="unseen"> ${of}</span>`}
    </button>
    <${Notice} problem=${problem} />`;
}

// A bulk action: counts first, asks with the number, and does it only if the number is still the same.
// words: {title, text(number), action, done(number), noun}
export async function bulk(hands, path, body, words) {
  const { count: number } = await post(path, { ...body, dry_run: true });
  if (number === 0) return "There is nothing to do any more.";
  let done = 0;
  const confirmed = await hands.ask({
    title: words.title,
    text: words.text(count(number, words.noun)),
    action: `${words.action} ${number === 1 ? "it" : `all ${number}`}`,
    danger: words.danger,
    work: async () => {
      done = (await post(path, { ...body, expected: number })).count;
    },
  });
  return confirmed ? words.done(count(done, words.noun)) : undefined;
}
