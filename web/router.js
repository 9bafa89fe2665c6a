// Where we are: the page and its filters stand in the address, behind the #, so that they can be
// shared, and so that no server log sees them.
import { useEffect, useState } from "./html.js";
import { query } from "./api.js";

// {path: ["runs", "12"], filters: {outcome: "failed"}} of #/runs/12?outcome=failed
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const decode = (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return { path: path.split("/").filter(Boolean).map(decode), filters: Object.fromEntries(new URLSearchParams(search)) };
}

// The address of a page: to("runs", 12, {outcome: "failed"})
export function to(...parts) {
  const filters = typeof parts.at(-1) === "object" ? parts.pop() : {};
  return `#/${parts.map(encodeURIComponent).join("/")}${query(filters)}`;
}

export function go(address, replace = false) {
  if (replace) location.replace(address);
  else location.hash = address;
}

// Other filters on the page where we are; any of them begins the list anew.
export function setFilters(changed) {
  const here = parse(location.hash);
  go(to(...here.path, { ...here.filters, after: "", ...changed }));
}

export function useRoute() {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const changed = () => setRoute(parse(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
