// Preact and htm, from npm: the one place that knows where they are.
export { html, render, createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState }
  from "./node_modules/htm/preact/standalone.module.js";
