// A chart that the server draws: the page asks for it at its own width, puts it in its place, and
// reads values off it under a pointer or by the arrow keys.

import { drawing, el, get, number, short } from "/dashboard/foal.js";

const svgNamespace = "http://www.w3.org/2000/svg";

function svgElement(name, attributes) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

const dashes = ["", "7 4", "2 3", "11 4 2 4", "6 3 2 3 2 3", "15 5"];

/** How a line is told from the others, as the charts draw it. */
export function lineKey(index) {
  const place = index % dashes.length;
  const key = svgElement("svg", { class: "fc-chart key", viewBox: "0 0 22 8", "aria-hidden": "true" });
  const path = svgElement("path", { d: "M0 4h22", class: `fc-line fc-l${place}` });
  if (dashes[place]) path.setAttribute("stroke-dasharray", dashes[place]);
  key.append(path);
  return key;
}

export class Chart {
  /**
   * @param place the element that holds it.
   * @param path the data that gives it: an object with `svg`, `frame` and `lines`.
   */
  constructor(place, path, { height = null, xName = "" } = {}) {
    this.place = place;
    this.path = path;
    this.height = height;
    this.xName = xName;
    this.cursor = null;
    this.pixel = null;
    this.readout = el("div", { class: "readout", hidden: true });
    this.spoken = el("div", { class: "hidden", role: "status" });
    this.holder = el("div", { class: "plot", tabindex: "0", role: "group",
      "aria-label": "Chart; left and right arrow keys read its values" });
    place.replaceChildren(this.holder, this.readout, this.spoken);
    this.holder.addEventListener("pointermove", (event) => this.point(event));
    this.holder.addEventListener("pointerdown", (event) => this.point(event));
    this.holder.addEventListener("pointerleave", () => this.leave());
    this.holder.addEventListener("keydown", (event) => this.key(event));
    this.holder.addEventListener("blur", () => this.leave());
  }

  /** Asks for the chart and shows it; returns what the server said. */
  async load(query) {
    this.query = query;
    const width = Math.max(220, Math.floor(this.place.clientWidth));
    const height = this.height ?? Math.round(Math.min(430, Math.max(230, width * 0.46)));
    const data = await get(this.path, { ...query, width, height });
    if (query !== this.query) return data;
    this.show(data);
    return data;
  }

  show(data) {
    const isNew = data.svg !== this.data?.svg;
    this.data = data;
    if (!isNew) return;
    this.svg = drawing(data.svg);
    // The page's own tool tips would cover the read-out.
    for (const title of this.svg.querySelectorAll("path > title")) title.remove();
    this.holder.replaceChildren(this.svg);
    this.overlay = svgElement("g", { class: "cursor", "aria-hidden": "true" });
    this.svg.append(this.overlay);
    if (this.pixel !== null) this.read(this.pixel);
  }

  point(event) {
    const box = this.svg?.getBoundingClientRect();
    if (!box || !this.data.frame) return;
    this.read(((event.clientX - box.left) * this.svg.viewBox.baseVal.width) / box.width);
  }

  leave() {
    this.pixel = null;
    this.readout.hidden = true;
    this.overlay?.replaceChildren();
  }

  key(event) {
    const frame = this.data?.frame;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
    if (event.key === "Escape") return this.leave();
    if (!frame || step === undefined) return;
    event.preventDefault();
    const stride = Math.max(4, (frame.right - frame.left) / 40);
    const from = this.pixel ?? (step < 0 ? frame.right : frame.left - stride);
    this.read(Math.min(frame.right, Math.max(frame.left, from + step * stride)));
    this.spoken.textContent = this.readout.innerText.replace(/\n+/g, ", ");
  }

  /** Shows the values of all lines at a place. */
  read(pixel) {
    const { frame, lines } = this.data;
    if (!frame || pixel < frame.left - 4 || pixel > frame.right + 4) return this.leave();
    this.pixel = pixel;
    const along = (value) => frame.xPlaces[0] + ((value - frame.x[0]) / (frame.x[1] - frame.x[0] || 1))
      * (frame.xPlaces[1] - frame.xPlaces[0]);
    const up = (value) => frame.yPlaces[0] + ((value - frame.y[0]) / (frame.y[1] - frame.y[0] || 1))
      * (frame.yPlaces[1] - frame.yPlaces[0]);
    const found = lines.map((line, index) => {
      let best = null;
      for (const point of line.points) {
        if (point[1] === null) continue;
        const distance = Math.abs(along(point[0]) - pixel);
        if (best === null || distance < best.distance) best = { point, distance };
      }
      // A line that ends far from here has no value here.
      return best && best.distance < (frame.right - frame.left) / 12 ? { line, index, point: best.point } : null;
    }).filter((one) => one !== null);
    if (found.length === 0) return this.leave();
    const nearest = found.reduce((one, other) =>
      Math.abs(along(one.point[0]) - pixel) <= Math.abs(along(other.point[0]) - pixel) ? one : other);
    const x = along(nearest.point[0]);
    this.overlay.replaceChildren(
      svgElement("line", { x1: x, x2: x, y1: frame.top, y2: frame.bottom }),
      ...found.map(({ index, point }) => svgElement("circle", {
        cx: along(point[0]), cy: up(point[1]), r: 4, class: `fc-f${index % dashes.length}`,
      })));
    found.sort((one, other) => other.point[1] - one.point[1]);
    const shown = found.slice(0, 12);
    this.readout.replaceChildren(
      el("b", {}, `${nearest.point[0] >= 1e5 ? short(nearest.point[0]) : number(nearest.point[0])} ${this.xName}`),
      el("ol", {}, ...shown.map(({ line, index, point }) => el("li", {}, lineKey(index),
        el("span", {}, line.name),
        el("span", {}, number(point[1])
          + (point.length > 3 && point[2] !== null ? ` [${number(point[2])}, ${number(point[3])}]` : ""))))));
    this.readout.hidden = false;
    const scale = this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width;
    const room = this.place.clientWidth - this.readout.offsetWidth;
    const left = x * scale + 14 <= room ? x * scale + 14 : x * scale - this.readout.offsetWidth - 14;
    this.readout.style.left = `${Math.max(0, Math.min(left, room))}px`;
    this.readout.style.top = `${frame.top * scale}px`;
  }
}

/** Draws charts anew when their places get wider or narrower. */
export function onResize(work) {
  let timer = null;
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(work, 150);
  });
}
