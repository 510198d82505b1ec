// @ts-check
/**
 * Green boxes with black and green labels, as the original drew them, in fractions of the photograph.
 *
 * @typedef {object} Box
 * @property {number} x  fractions 0–1 of the upright photograph, origin top left
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {string | null} text  what may stand in the frame with a face; nothing when null
 * @property {number} place  counted from the left, from 1; 0 for a face alone
 *
 * @typedef {object} Drawing
 * @property {Box[]} boxes
 * @property {string | null} scene
 */

/** Boxes nearer to the upper edge than this have their label inside. */
const ROOM_ABOVE = 0.07;

/**
 * Draw over a picture.
 *
 * @param {HTMLElement} layer  laid exactly over the picture
 * @param {Drawing} drawing
 */
export function draw(layer, drawing) {
  layer.replaceChildren(...drawing.boxes.map(boxElement));
  if (drawing.scene !== null) {
    const label = labelElement(drawing.scene);
    label.style.left = label.style.top = "0";
    layer.append(label);
  }
}

/** @param {Box} box */
function boxElement(box) {
  const element = document.createElement("div");
  element.className = "box";
  element.style.left = percent(box.x);
  element.style.top = percent(box.y);
  element.style.width = percent(box.width);
  element.style.height = percent(box.height);
  const text = box.text ?? (box.place ? String(box.place) : "");
  if (text) {
    const label = labelElement(text);
    label.style.left = "0";
    // From the box's left edge to the picture's right one, in fractions of the box.
    label.style.maxWidth = percent((1 - box.x) / box.width);
    label.style[box.y > ROOM_ABOVE ? "bottom" : "top"] = box.y > ROOM_ABOVE ? "100%" : "0";
    element.append(label);
  }
  return element;
}

/** @param {string} text */
function labelElement(text) {
  const label = document.createElement("span");
  label.className = "box-label";
  label.lang = "en";
  label.textContent = text;
  return label;
}

/** @param {number} fraction */
function percent(fraction) {
  return `${(fraction * 100).toFixed(3)}%`;
}
