// @ts-check
/**
 * How pictures hang on a wall: whole, in the order in which they came, all of one height, in the rows that make them
 * largest.
 *
 * @typedef {object} Place  in pixels of the wall
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * @param {number[]} aspects  width over height of each picture
 * @param {{width: number, height: number}} wall  in pixels
 * @param {number} gap  between pictures, in pixels
 * @returns {Place[]}  a place for each picture
 */
export function hang(aspects, wall, gap) {
  /** @type {{height: number, rows: number[][]}} */
  let best = { height: 0, rows: [] };
  const ways = waysOf(aspects);
  for (let count = 1; count <= aspects.length; count += 1) {
    const rows = inRows(aspects, ways, count);
    const room = (wall.height - (count - 1) * gap) / count;
    const height = Math.min(room, ...rows.map((row) => (wall.width - (row.length - 1) * gap) / sum(row)));
    if (height > best.height) {
      best = { height, rows };
    }
  }
  return places(best, wall, gap);
}

/**
 * @param {{height: number, rows: number[][]}} hanging
 * @param {{width: number, height: number}} wall
 * @param {number} gap
 */
function places({ height, rows }, wall, gap) {
  let top = (wall.height - rows.length * (height + gap) + gap) / 2;
  return rows.flatMap((row) => {
    let left = (wall.width - sum(row) * height - (row.length - 1) * gap) / 2;
    const hung = row.map((aspect) => {
      const place = { left, top, width: aspect * height, height };
      left += place.width + gap;
      return place;
    });
    top += height + gap;
    return hung;
  });
}

/**
 * For each number of rows, the best way to hang the first so many pictures in them: the one whose rows' lengths,
 * squared, have the least sum, so that they are as even as the pictures' order allows.
 *
 * @param {number[]} aspects
 * @returns {{cost: number, from: number}[][]}  `from` is the first picture of the last row
 */
function waysOf(aspects) {
  const ways = [[{ cost: 0, from: 0 }]];
  for (let rows = 1; rows <= aspects.length; rows += 1) {
    ways.push([]);
    for (let end = rows; end <= aspects.length; end += 1) {
      let [best, length] = [{ cost: Infinity, from: 0 }, 0];
      for (let from = end - 1; from >= rows - 1; from -= 1) {
        length += aspects[from];
        const cost = (ways[rows - 1][from]?.cost ?? Infinity) + length ** 2;
        best = cost < best.cost ? { cost, from } : best;
      }
      ways[rows][end] = best;
    }
  }
  return ways;
}

/**
 * @param {number[]} aspects
 * @param {{cost: number, from: number}[][]} ways
 * @param {number} count
 * @returns {number[][]}
 */
function inRows(aspects, ways, count) {
  const found = [];
  for (let rows = count, end = aspects.length; rows > 0; rows -= 1) {
    const { from } = ways[rows][end];
    found.unshift(aspects.slice(from, end));
    end = from;
  }
  return found;
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
