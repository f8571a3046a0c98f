// Draw what the page should show by changing only what differs, so that focus, scroll positions
// and half-written text stay where they are. Elements are made one by one; no markup is parsed.

const NAMESPACES = {
  math: "http://www.w3.org/1998/Math/MathML",
  svg: "http://www.w3.org/2000/svg",
};
const drawn = new WeakMap();

export function h(tag, props, ...children) {
  const { key, ref, ...rest } = props ?? {};
  const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  return { tag, key, ref, props: rest, children: wanted };
}

export function patch(parent, wanted, namespace = null) {
  const before = drawn.get(parent) ?? [];
  const reusable = new Map(before.map((entry, index) => [identity(entry.wanted, index), entry]));
  const after = wanted.map((child, index) => {
    const name = identity(child, index);
    const kept = reusable.get(name);
    reusable.delete(name);
    if (kept) {
      update(kept.node, kept.wanted, child);
      return { wanted: child, node: kept.node };
    }
    return { wanted: child, node: create(child, namespace) };
  });
  for (const { node } of reusable.values()) node.remove();
  let place = parent.firstChild;
  for (const { node } of after) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  drawn.set(parent, after);
}

function identity(wanted, index) {
  if (typeof wanted === "string") return `text ${index}`;
  return `${wanted.tag} ${wanted.key === undefined ? `#${index}` : `=${wanted.key}`}`;
}

function create(wanted, outer) {
  if (typeof wanted === "string") return document.createTextNode(wanted);
  const namespace = NAMESPACES[wanted.tag] ?? outer;
  const node = namespace ? document.createElementNS(namespace, wanted.tag) : document.createElement(wanted.tag);
  for (const [name, value] of Object.entries(wanted.props)) set(node, name, value);
  patch(node, wanted.children, namespace);
  wanted.ref?.(node);
  return node;
}

function update(node, old, wanted) {
  if (old === wanted) return;
  if (typeof wanted === "string") {
    node.nodeValue = wanted;
    return;
  }
  for (const name of Object.keys(old.props)) if (!(name in wanted.props)) set(node, name, null);
  for (const [name, value] of Object.entries(wanted.props)) {
    if (old.props[name] !== value) set(node, name, value);
  }
  patch(node, wanted.children, node.namespaceURI.endsWith("xhtml") ? null : node.namespaceURI);
}

function set(node, name, value) {
  if (name.startsWith("on")) node[name] = value;
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}
