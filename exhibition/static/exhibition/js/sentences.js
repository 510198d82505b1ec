// @ts-check
/** What the browser says of its own accord: whole sentences, given by the page in its language. */

/**
 * @param {string} key
 * @param {Record<string, number>} [figures]  put in the place of their names in braces
 * @returns {string}
 */
export function said(key, figures = {}) {
  const sentences = JSON.parse(document.getElementById("said")?.textContent ?? "{}");
  const sentence = sentences[key] ?? sentences.try_again;
  return Object.entries(figures).reduce((text, [name, figure]) => text.replace(`{${name}}`, String(figure)), sentence);
}
