// Keep the end of a list in view while it is there, whatever grows: messages or the composer.

const NEAR_END = 80; // px from the end in which a list follows what is added

const leftEnd = new WeakSet();
const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => follow(target)));

export const observe = (node) => sizes.observe(node);

export function scrolled({ target }) {
  if (target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_END) leftEnd.delete(target);
  else leftEnd.add(target);
}

// Who says something wants to see it, and what comes of it.
export function toEnd(key) {
  document.querySelectorAll(`[data-scroll="${CSS.escape(key)}"]`).forEach((node) => {
    leftEnd.delete(node);
    follow(node);
  });
}

export function follow(node) {
  if (!leftEnd.has(node)) node.scrollTop = node.scrollHeight;
}
