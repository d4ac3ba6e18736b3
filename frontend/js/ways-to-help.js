// What a reader can do for a project.

import { GITHUB } from "./config.js";
import { element } from "./dom.js";
import { count } from "./format.js";

/** Where one can take part: what waits for review, how to contribute, who worked on it last. */
export function waysToHelp({ full_name: name, open_pulls: pulls, archived }) {
  if (archived) return null;
  const own = `${GITHUB}/${name}`;
  const ways = [
    [pulls ? `${count(pulls)} open pull requests` : "Open pull requests", `${own}/pulls`],
    ["How to contribute", `${own}/contribute`],
    ["Who committed last", `${own}/commits`],
  ];
  const way = ([title, href]) => element("li", {}, element("a", { href }, title));
  return element("ul", { class: "inline-facts help" }, ways.map(way));
}
