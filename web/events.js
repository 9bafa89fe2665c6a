// What happens, as it happens: one stream of Server-Sent Events for all pages.
import { useEffect, useState } from "./html.js";

const TYPES = ["hello", "reset", "job", "progress", "run", "integration", "delivery", "configuration"];
const AGAIN_MS = 5000;
const listeners = new Set(); // (type, data) => void
const watchers = new Set(); // of the connection
let source = null;
let lost = null; // since when there is no connection; null: there is one

function tell(type, data) {
  for (const listener of [...listeners]) listener(type, data);
}

function setLost(since) {
  if (Boolean(lost) === Boolean(since)) return;
  lost = since;
  for (const watcher of [...watchers]) watcher(lost);
}

export function connect() {
  close();
  source = new EventSource("api/v1/events");
  source.onopen = () => {
    const was = lost;
    setLost(null);
    if (was) tell("reset", { reason: "connected again" });
  };
  source.onerror = () => {
    setLost(lost ?? new Date().toISOString());
    // the browser tries again by itself, unless the answer was an error
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && connect(), AGAIN_MS);
  };
  for (const type of TYPES) source.addEventListener(type, (event) => tell(type, JSON.parse(event.data)));
}

export function close() {
  source?.close();
  source = null;
}

// Calls listener(type, data) for each event while the component is there.
export function useEvents(listener, inputs = []) {
  useEffect(() => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, inputs);
}

// Since when nothing comes any more, or null.
export function useLost() {
  const [since, setSince] = useState(lost);
  useEffect(() => {
    watchers.add(setSince);
    return () => watchers.delete(setSince);
  }, []);
  return since;
}
