// All environments and families, each with a picture.

import { $, badge, drawing, el, get, repeat } from "/dashboard/foal.js";

function card(entry) {
  const picture = el("div", { class: "picture", "aria-hidden": "true" });
  if (entry.picture) picture.append(drawing(entry.picture.svg));
  return el("li", {}, el("a", {
    class: "card", href: `/dashboard/environment?name=${encodeURIComponent(entry.id)}`,
  }, picture, el("div", { class: "words" }, el("h3", {}, entry.name, " ", entry.alias ? badge(entry.alias) : ""),
    el("p", {}, entry.summary))));
}

repeat(async () => {
  const { environments } = await get("environments");
  const show = (id, isShown) => $(id).replaceChildren(...environments.filter(isShown).map(card));
  show("families", (entry) => entry.kind === "family" && !entry.isVariant);
  show("single", (entry) => entry.kind === "environment");
  show("variants", (entry) => entry.isVariant);
  return null;
});
