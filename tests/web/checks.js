// What the browser's tests ask of a page: WCAG 2.1 contrast of every text, and a name for everything that is operated.
const numbers = (text) => text.match(/[\d.]+/g).map(Number);

function lightness(rgb) {
  const [r, g, b] = rgb.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ground(node) {
  for (let at = node; at; at = at.parentElement) {
    const found = numbers(getComputedStyle(at).backgroundColor);
    if (found.length === 3 || found[3] > 0.99) return found;
  }
  return [255, 255, 255];
}

function poorContrast() {
  const poor = new Set();
  document.querySelectorAll("body *").forEach((node) => {
    const spoken = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!spoken || node.closest("svg") || !node.checkVisibility()) return;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [high, low] = [lightness(numbers(style.color)), lightness(ground(node))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${node.className || node.tagName}: ${node.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
  });
  return [...poor];
}

function unnamed() {
  return [...document.querySelectorAll("a, button, input:not([type=hidden]), [role=region], [role=img]")]
    .filter((node) => !node.textContent.trim() && !node.getAttribute("aria-label") && !node.getAttribute("aria-labelledby"))
    .filter((node) => !(node.labels && node.labels.length))
    .map((node) => node.outerHTML.slice(0, 120));
}
