// The published systems that were made again.

import { $, el, fill, get, number, repeat, table } from "/dashboard/foal.js";

repeat(async () => {
  const { systems } = await get("reproductions");
  const works = systems.filter((system) => system.status === "works");
  $("lead").textContent = `${works.length} of ${systems.length} published systems work; each is made again with its baseline and its ablation by foal reproduce NAME.`;
  fill($("list"), table(["#no.", "name", "status", "what", "reproduced", "#minutes", "source"],
    systems.map((system) => [
      String(system.number), el("code", {}, system.name),
      el("span", { class: `badge ${system.status === "works" ? "solved" : ""}` }, system.status),
      system.title, system.reproduced ?? "", system.minutes ? number(system.minutes) : "", system.source,
    ])));
  return null;
});
