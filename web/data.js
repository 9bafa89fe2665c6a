// An answer of the API for as long as a component shows it: at once if it is remembered, anew when
// an event says so, and the problem if there is one, which goes away as soon as it is healed.
import { useEffect, useRef, useState } from "./html.js";
import { get, remembered } from "./api.js";
import { useEvents } from "./events.js";

const CALM_MS = 400; // events that come together ask once
const AGAIN_MS = 5000;

// path: null asks for nothing. events: types of events, or a function (type, data) => boolean.
export function useData(path, events = []) {
  const [state, setState] = useState({});
  const asked = useRef(null); // the path that is wanted now
  const timer = useRef(null);

  async function load() {
    const wanted = path;
    clearTimeout(timer.current);
    timer.current = null;
    try {
      const data = await get(wanted);
      if (asked.current === wanted) setState({ path: wanted, data });
    } catch (problem) {
      if (asked.current !== wanted) return;
      setState((old) => ({ ...(old.path === wanted ? old : { path: wanted }), problem }));
      if (problem.status === 0 || problem.status >= 500) later(AGAIN_MS);
    }
  }
  function later(milliseconds) {
    timer.current ??= setTimeout(load, milliseconds);
  }

  useEffect(() => {
    asked.current = path;
    if (path) load();
    return () => {
      asked.current = null;
      clearTimeout(timer.current);
      timer.current = null;
    };
  }, [path]);
  useEvents((type, data) => {
    const concerns = typeof events === "function" ? events(type, data) : events.includes(type);
    if (path && (type === "reset" || concerns)) later(CALM_MS);
  }, [path]);

  const current = state.path === path ? state : {};
  return { data: current.data ?? (path ? remembered(path) : undefined), problem: current.problem, reload: load };
}

// Events of runs and integrations that concern this integration (or any, without one).
export const concerns = (integration) => (type, data) =>
  ["run", "job", "integration"].includes(type) && (!integration || data.integration === integration);
