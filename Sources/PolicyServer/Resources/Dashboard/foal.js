// What all pages share: elements, requests, words for numbers, and refreshing.

export const $ = (id) => document.getElementById(id);

/** Makes an element. Attributes whose value is null or false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Turns the server's drawing into an element of the page. */
export function drawing(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}

/** The address of data, with a query of names and values; a list gives a name several times. */
export function address(path, query = {}) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") words.append(name, one);
    }
  }
  const text = words.toString().replaceAll("+", "%20");
  return `/dashboard/data/${path}${text ? `?${text}` : ""}`;
}

/** Asks for the server's token, once: a server that other machines reach has one. */
function askForToken() {
  if ($("token")) return;
  const field = el("input", { id: "token", type: "password", autocomplete: "off", required: true });
  $("problem").before(el("form", {
    class: "card controls",
    onsubmit: (event) => {
      event.preventDefault();
      document.cookie = `foal-token=${field.value.trim()}; path=/dashboard; SameSite=Strict`;
      location.reload();
    },
  }, el("label", {}, "This server asks for its token", field),
  el("button", { type: "submit", class: "main" }, "Go on")));
}

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (response.status === 401) askForToken();
  if (!response.ok) {
    const error = new Error(body?.error ?? `the server answers ${response.status}`);
    error.status = response.status;
    throw error;
  }
  return body;
}

export async function get(path, query) {
  return answer(await fetch(address(path, query), { headers: { accept: "application/json" } }));
}

export async function post(path, body) {
  return answer(await fetch(address(path), {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  }));
}

const problems = new Map();

/**
 * Says what went wrong, or that nothing does any more.
 * @param source whose problem it is: one that ends leaves those of others.
 */
export function problem(error, source = "page") {
  problems.delete(source);
  if (error) {
    problems.set(source, error instanceof TypeError
      ? "The server does not answer. It may have ended; this page goes on trying." : error.message);
  }
  const place = $("problem");
  const text = [...problems.values()].at(-1) ?? "";
  if (place.textContent === text) return;
  place.textContent = text;
  place.hidden = !text;
}

/**
 * Calls a function again and again while the page is seen.
 * @param work returns how many milliseconds to wait; nothing ends it.
 * @returns a function that makes it happen now.
 */
export function repeat(work) {
  let timer = null;
  let isAtWork = false;
  let isWanted = false;
  const turn = async () => {
    timer = null;
    isWanted = isAtWork;
    if (document.hidden || isAtWork) return;
    isAtWork = true;
    let wait = 3000;
    try {
      wait = await work();
      problem(null, work);
    } catch (error) {
      problem(error, work);
    }
    isAtWork = false;
    if (isWanted) turn();
    else if (wait && timer === null) timer = setTimeout(turn, wait);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && timer === null) turn();
  });
  turn();
  return () => {
    if (timer !== null) clearTimeout(timer);
    turn();
  };
}

export const query = () => new URLSearchParams(location.search);

/** Keeps what a page shows in its address, so that it can be shared and gone back to. */
export function remember(values) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) words.append(name, one);
  }
  const text = words.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = (value) => whole.format(value);

/** A number in three digits or, if it has more before the point, in all of those. */
export function number(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 100) return whole.format(value);
  return String(Number(value.toPrecision(3)));
}

/** A count in three digits and a power of a thousand. */
export function short(value) {
  const size = Math.abs(value);
  for (const [unit, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (size >= unit * 0.9995) return `${Number((value / unit).toPrecision(3))}${letter}`;
  }
  return String(Number(value.toPrecision(3)));
}

export function time(seconds) {
  const all = Math.round(seconds);
  const two = (part) => String(part).padStart(2, "0");
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)}:${two(all % 60)} min`;
  return `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)} h`;
}

export function ago(date) {
  const seconds = Math.max(0, (Date.now() - new Date(date)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86400);
  return days === 1 ? "1 day ago" : days < 30 ? `${days} days ago` : String(date).slice(0, 10);
}

export const minute = (date) => String(date).slice(0, 16).replace("T", " ");

export const badge = (state) => el("span", { class: `badge ${state}` }, state);

/** Replaces what an element holds, unless it holds that already. */
export function fill(element, ...children) {
  const next = el("div", {}, ...children.filter(Boolean));
  if (element.innerHTML !== next.innerHTML) element.replaceChildren(...next.childNodes);
}

/** A list of names and values. */
export const facts = (pairs) => pairs.filter(([, value]) => value !== null && value !== undefined)
  .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));

/** A table; a column whose name begins with "#" holds numbers. */
export function table(columns, rows, caption) {
  const isNumber = columns.map((column) => column.startsWith("#"));
  const cells = (row) => row.map((cell, index) =>
    index === 0 && !isNumber[0] ? el("th", { scope: "row" }, cell)
      : el("td", { class: isNumber[index] ? "number" : null }, cell));
  return el("table", {}, caption ? el("caption", {}, caption) : null,
    el("thead", {}, el("tr", {}, ...columns.map((column, index) =>
      el("th", { scope: "col", class: isNumber[index] ? "number" : null },
        column.replace("#", ""))))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))));
}
