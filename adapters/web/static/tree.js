// The server's node trees → what dom.js draws. The server has filtered them; so does this.

import { h } from "./dom.js";

const TAGS = new Set(
  `p h4 h5 h6 em strong s code pre blockquote ul ol li table thead tbody tr th td hr br a span
  math mrow mi mn mo ms mtext mspace msqrt mroot mfrac msub msup msubsup munder mover munderover
  mtable mtr mtd mpadded mphantom mstyle menclose`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `start data-align data-part display mathvariant stretchy fence form separator lspace rspace
  linethickness columnalign columnlines rowlines accent accentunder movablelimits displaystyle
  scriptlevel minsize maxsize width notation largeop symmetric alttext`.split(/\s+/),
);
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

export function tree(nodes) {
  return nodes.map((node) => (typeof node === "string" ? node : element(node)));
}

export function textOf(nodes) {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      if (node.tag === "math") return node.attrs.alttext;
      const inner = node.tag === "br" ? " " : textOf(node.children);
      return ["p", "li", "pre", "td", "th", "h4", "h5", "h6"].includes(node.tag) ? `${inner} ` : inner;
    })
    .join("");
}

function element(node) {
  const children = tree(node.children);
  if (!TAGS.has(node.tag)) return h("span", null, children);
  if (node.tag === "a") return link(node, children);
  const attrs = Object.entries(node.attrs).filter(([name]) => ATTRIBUTES.has(name));
  const drawing = h(node.tag, Object.fromEntries(attrs), children);
  if (node.tag === "table" || (node.tag === "math" && node.attrs.display === "block")) {
    return h("span", { class: node.tag === "math" ? "display-math" : "table-scroll" }, drawing);
  }
  return drawing;
}

function link(node, children) {
  const href = String(node.attrs.href ?? "");
  if (!URL.canParse(href) || !SCHEMES.has(new URL(href).protocol)) return h("span", null, children);
  return h("a", { href, rel: "noopener noreferrer", target: "_blank" }, children);
}
