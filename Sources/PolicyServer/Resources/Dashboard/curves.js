// The controls above a chart of runs: which metric, along what, how smooth, and which lines.

import { $, address } from "/dashboard/foal.js";

export const xNames = { steps: "environment steps", seconds: "s worked", readings: "updates" };

/** The weight of what came before, from a slider's place of 0 to 40. */
export const weight = (place) => (place === 0 ? 0 : Number((1 - 0.75 * 0.86 ** place).toFixed(4)));

/** Puts options into a list, and keeps what is chosen. */
export function options(select, names, chosen, words = (name) => name) {
  const old = [...select.options].map((option) => option.value).join("\n");
  if (old !== names.join("\n")) {
    select.replaceChildren(...names.map((name) => new Option(words(name), name)));
  }
  if (select.value !== chosen && names.includes(chosen)) select.value = chosen;
}

export class Curves {
  /** @param change called when the reader chooses something else. */
  constructor(state, change) {
    this.state = { metric: "return", x: "steps", smoothing: 0, group: "none", ...state };
    for (const name of ["metric", "x", "group"]) {
      const select = $(name);
      if (!select) continue;
      if (select.options.length) select.value = this.state[name];
      select.addEventListener("change", () => {
        this.state[name] = select.value;
        change();
      });
    }
    const slider = $("smoothing");
    slider.value = this.state.smoothing;
    const say = () => {
      const value = weight(Number(slider.value));
      $("smoothing-value").textContent = value ? String(Number(value.toPrecision(3))) : "none";
    };
    say();
    slider.addEventListener("input", () => {
      this.state.smoothing = Number(slider.value);
      say();
      change();
    });
  }

  query(runs) {
    const { metric, x, smoothing, group } = this.state;
    return { run: runs, metric, x, smoothing: weight(smoothing) || null, group: group === "none" ? null : group };
  }

  /** Sets what can be downloaded. */
  links(runs) {
    $("csv").href = address("runs.csv", { run: runs });
    $("svg").href = address("chart.svg", { ...this.query(runs), width: 900 });
  }

  metrics(names) {
    const all = names.includes(this.state.metric) ? names : [this.state.metric, ...names];
    options($("metric"), all, this.state.metric);
  }
}
