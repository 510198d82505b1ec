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

/**
 * Draw over a picture.
 *
 * @param {HTMLElement} layer  laid exactly over the picture
 * @param {Drawing} drawing
 */
export function draw(layer, drawing) {
  layer.replaceChildren(...drawing.boxes.map(boxElement), ...drawing.boxes.flatMap(labelOf));
  if (drawing.scene !== null) {
    layer.append(labelElement(drawing.scene, 0, 0));
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
  return element;
}

/** @param {Box} box */
function labelOf(box) {
  const text = box.text ?? (box.place ? String(box.place) : "");
  return text ? [labelElement(text, box.x, box.y)] : [];
}

/**
 * A label at a box's upper left corner; where it would not fit there, as near as lets it stand whole in the picture.
 *
 * @param {string} text
 * @param {number} x  of the box's corner
 * @param {number} y
 */
function labelElement(text, x, y) {
  const line = document.createElement("div");
  line.className = "box-line";
  line.style.minHeight = percent(y);
  line.style.setProperty("--left", percent(x));
  const label = document.createElement("span");
  label.className = "box-label";
  label.lang = "en";
  label.textContent = text;
  line.append(label);
  return line;
}

/** @param {number} fraction */
function percent(fraction) {
  return `${(fraction * 100).toFixed(3)}%`;
}
